--- Gives the orders of a list, each at its bar, and logs what was refused: something for rules to look at.
local oms = require("oms")

local S = {
  params = {
    orders = "", -- "1 buy 100; 2 sell 50 101.5": at the close of which bar, side, quantity, limit
    symbol = "DEMO",
  },
}

function S:on_start()
  self.n, self.todo = 0, {}
  for line in (self.params.orders .. ";"):gmatch("%s*([^;]*);") do
    local bar, side, qty, limit = line:match("^(%d+) (%S+) (%S+) ?(%S*)")
    if bar then
      table.insert(self.todo, { bar = tonumber(bar), side = side, qty = qty, limit = limit ~= "" and limit or nil })
    end
  end
end

function S:on_bar()
  self.n = self.n + 1
  for _, o in ipairs(self.todo) do
    if o.bar == self.n then
      local order, reject = oms.submit({ symbol = self.params.symbol, side = o.side, qty = o.qty, time_in_force = "gtc",
        type = o.limit and "limit" or "market", limit_price = o.limit })
      if not order then
        oms.log.info("%s: %s", reject.code, reject.message)
      end
    end
  end
end

return S
