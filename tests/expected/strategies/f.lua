--- Dip buy, good till date, on daily bars: the limit lives to the end of the fifth calendar day after its
--- bar; while one works no other is placed. The exit is that of e. Decides from bar 1.
local oms = require("oms")
local exact = require("exact")

local S = {
  params = { units = 100, limit_factor = 0.97, price_decimals = 2, hold_bars = 5, good_days = 5 },
}

local DAY_NS = 24 * 60 * 60 * 1000000000

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
  if first or (self.order and self.order.is_open) then
    return
  end
  self.order = oms.buy(bar.symbol, p.units, {
    type = "limit",
    limit_price = exact.price(bar.close, p.limit_factor, p.price_decimals),
    time_in_force = "gtd",
    expire_at = oms.time.iso(bar.ts + math.tointeger(p.good_days) * DAY_NS):sub(1, 10),
  })
end

return S
