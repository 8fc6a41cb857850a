--- A dividend of 0.50: paid on what is held, charged on what is short; limits of gtc buys and stops of gtc sells fall.
local oms = require("oms")
local steps = require("steps")

local function same(got, want, what)
  if type(got) ~= "number" or math.abs(got - want) > 1e-9 then
    error(("%s: got %s, want %s"):format(what, got, want), 2)
  end
end

local function limit(side, price, opts)
  opts = opts or {}
  opts.type, opts.limit_price = "limit", price
  opts.time_in_force = opts.time_in_force or "gtc"
  return assert(oms[side]("A", 1, opts))
end

local S = steps({
  function(self)
    assert(oms.buy("A", 100, { time_in_force = "gtc" }))
    assert(oms.sell("B", 30, { time_in_force = "gtc" }))
    self.buy = limit("buy", 9.03)
    self.day = limit("buy", 9.03, { time_in_force = "day" })
    self.kept = limit("buy", 9.03, { do_not_reduce = true })
    self.sell = limit("sell", 20)
    self.dated = limit("buy", 9.03, { time_in_force = "gtd", expire_at = "2024-03-01" })
    self.tiny = limit("buy", 0.25)
    self.stop = assert(oms.sell("A", 1, { type = "stop", stop_price = 8, time_in_force = "gtc" }))
    self.both = assert(oms.sell("A", 1, { type = "stop_limit", stop_price = 8, limit_price = 7.8,
      time_in_force = "gtc" }))
    self.entry = assert(oms.buy("A", 1, { type = "stop", stop_price = 15, time_in_force = "gtc" }))
    self.trail = assert(oms.sell("A", 1, { type = "trailing_stop", trail_price = 3, time_in_force = "gtc" }))
  end,
  function() end,
  function(self) self.cash = oms.account().cash end,
  function() end,
  function(self)
    same(oms.account().cash - self.cash, 35, "cash")
    same(oms.account().dividends, 35, "dividends of the account")
    same(oms.position("A").dividends, 50, "received")
    same(oms.position("B").dividends, -15, "charged")
    same(oms.position("A").realized_pl, 0, "no part of the profit")
    same(oms.position("A").qty, 100, "held")
    same(self.buy.limit_price, 8.53, "gtc buy")
    same(self.day.limit_price, 9.03, "day order")
    same(self.kept.limit_price, 9.03, "do_not_reduce")
    same(self.sell.limit_price, 20, "limit to sell")
    same(self.dated.limit_price, 8.53, "gtd buy")
    same(self.stop.stop_price, 7.5, "stop to sell")
    same(self.both.stop_price, 7.5, "stop limit to sell, stop")
    same(self.both.limit_price, 7.3, "stop limit to sell, limit")
    same(self.entry.stop_price, 15, "stop to buy")
    same(self.trail.stop_price, 6.5, "trailed stop")
    assert(self.tiny.status == "canceled" and self.tiny.code == "CORPORATE_ACTION")
  end,
})

function S.on_action(_, action)
  assert(action.type == "dividend" and action.cash == 0.5 and action.ratio == nil)
end

return S
