--- Seven for one on the fourth day: ten shares, working orders and a bracket go through it.
local oms = require("oms")
local steps = require("steps")

local function same(got, want, what)
  if type(got) ~= "number" or math.abs(got - want) > 1e-9 then
    error(("%s: got %s, want %s"):format(what, got, want), 2)
  end
end

local function gtc(side, qty, opts)
  opts.time_in_force = "gtc"
  return assert(oms[side]("A", qty, opts))
end

local S = steps({
  function() gtc("buy", 10, { client_order_id = "ten" }) end,
  function(self)
    self.limit = gtc("buy", 3, { type = "limit", limit_price = 699.9, client_order_id = "dip" })
    self.target = gtc("sell", 4, { type = "limit", limit_price = 721.7, client_order_id = "target" })
    self.stop = gtc("sell", 5, { type = "stop", stop_price = 600.1, client_order_id = "stop" })
    self.trail = gtc("sell", 1, { type = "trailing_stop", trail_price = 70, client_order_id = "trail" })
    self.bracket = gtc("buy", 2, { order_class = "bracket", client_order_id = "bracket",
      take_profit = { limit_price = 770 }, stop_loss = { stop_price = 560 } })
  end,
  function(self)
    same(oms.position("A").qty, 12, "held before")
    same(self.trail.stop_price, 644, "trail before")
  end,
  function(self)
    same(oms.position("A").qty, 84, "held")
    same(oms.position("A").avg_price, 100.333333333, "average price")
    same(self.bracket.take_profit.qty, 14, "exit of the bracket")
    assert(oms.account().dividends == 0 and oms.account().cash_in_lieu == 0)
  end,
}, { restated = 0 })

function S:on_action(action)
  assert(action.symbol == "A" and action.type == "split" and action.ratio == 7 and action.cash == nil)
  same(oms.position("A").qty, 84, "held at the action")
  same(oms.last("A"), 102, "last price at the action")
  same(self.limit.qty, 21, "limit order")
  same(self.limit.limit_price, 99.98, "its price, down to the tick")
  same(self.target.limit_price, 103.1, "target")
  same(self.stop.stop_price, 85.72, "stop, down to the tick")
  same(self.trail.stop_price, 92, "trailed stop")
  same(self.trail.trail_price, 10, "trail")
  same(self.bracket.filled_qty, 14, "parent of the bracket")
  same(self.bracket.take_profit.limit_price, 110, "its target")
  same(self.bracket.stop_loss.stop_price, 80, "its stop")
  assert(self.restated == 6, "orders restated before the action is told")
end

function S:on_order(order, event)
  if event.type == "restated" then
    self.restated = self.restated + 1
    if order == self.limit then
      same(event.old.qty, 3, "old quantity")
      same(event.old.limit_price, 699.9, "old limit")
    end
  end
end

return S
