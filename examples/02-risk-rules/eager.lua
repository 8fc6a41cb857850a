--- Orders of growing size at random prices around the market, whatever happens: something to refuse.
local oms = require("oms")

local S = {
  params = {
    every = 15, -- bars between two orders
  },
}

function S:on_start()
  self.n = 0
end

function S:on_bar(bar)
  self.n = self.n + 1
  if self.n % self.params.every ~= 0 then
    return
  end
  local up = oms.random() < 0.5
  local qty = 100 + self.n // self.params.every % 5 * 150 -- 100, 250, ... 700
  local limit = bar.close * (1 + (oms.random() - 0.5) / 50) -- within a percent
  local order, reject = oms.submit({
    symbol = bar.symbol,
    side = up and "buy" or "sell",
    qty = qty,
    type = "limit",
    limit_price = oms.round_price(bar.symbol, limit, "near"),
  })
  if not order then
    oms.log.debug("%s: %s", reject.code, reject.message)
  end
end

return S
