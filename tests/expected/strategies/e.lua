--- Dip buy, valid one bar: each close replaces the unfilled limit by a new one; what was bought in bar f is
--- sold at the close of bar f + 4, so that it leaves at the open of f + 5. Decides from bar 1.
local oms = require("oms")
local exact = require("exact")

local S = { params = { units = 100, limit_factor = 0.99, price_decimals = 2, hold_bars = 5 } }

function S:on_start()
  self.seen = false -- the first bar decides nothing
  self.held_bars = 0 -- bars that ended in a position, the bar of the fill included
end

function S:on_bar(bar)
  local p = self.params
  local first = not self.seen
  self.seen = true
  local held = oms.position(bar.symbol).qty
  if held > 0 then
    self.held_bars = self.held_bars + 1
    if self.held_bars == p.hold_bars then
      oms.sell(bar.symbol, held, { time_in_force = "gtc" })
    end
    return
  end
  self.held_bars = 0
  if first then
    return
  end
  if self.order and self.order.is_open then
    self.order:cancel()
  end
  self.order = oms.buy(bar.symbol, p.units, {
    type = "limit",
    limit_price = exact.price(bar.close, p.limit_factor, p.price_decimals),
    time_in_force = "gtc",
  })
end

return S
