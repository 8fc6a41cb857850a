--- Gives 'n' orders on every bar, each from a table of six keys, buys and sells of one quantity in turn: the load of a
--- benchmark.
local oms = require("oms")

local S = { params = { n = 1000 } }

function S:on_bar(bar)
  local symbol, submit, price = bar.symbol, oms.submit, bar.close
  for i = 1, self.params.n do
    local side = i % 2 == 1 and "buy" or "sell"
    local limit = side == "buy" and price + 1 or price - 1
    local order, reject = submit({
      symbol = symbol,
      side = side,
      type = "limit",
      qty = (i + 1) // 2,
      limit_price = limit,
      time_in_force = "gtc",
    })
    if not order then
      error(reject.message)
    end
  end
end

return S
