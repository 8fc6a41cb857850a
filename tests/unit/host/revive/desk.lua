--- Orders of every kind, one after the other, by what it has saved alone: a host that comes back goes on where it was.
local oms = require "oms"

local S = { n = 0, fills = 0, seen = {}, version = 3 }

local ACTIONS = {
  [3] = function() oms.buy("A", 10) end,
  [5] = function(bar)
    oms.submit { symbol = "A", side = "buy", qty = 20, type = "limit", limit_price = oms.round_price("A", bar.close),
      order_class = "bracket", take_profit = { limit_price = oms.round_price("A", bar.close + 2) },
      stop_loss = { stop_price = oms.round_price("A", bar.close - 2) }, time_in_force = "gtc" }
  end,
  [9] = function()
    oms.submit { symbol = "A", side = "sell", qty = 10, type = "trailing_stop", trail_price = 1.5,
      time_in_force = "gtc", tag = "trail" }
  end,
  [12] = function(bar)
    local o = oms.submit { symbol = "A", side = "buy", qty = 5, type = "limit",
      limit_price = oms.round_price("A", bar.close - 20), time_in_force = "gtc", tag = "deep" }
    if o then oms.after(150, "deeper") end
  end,
  [20] = function() oms.close("A") end,
  [24] = function() oms.target("A", 30) end,
  [26] = function(bar)
    oms.submit { symbol = "A", side = "sell", qty = 15, order_class = "oco",
      take_profit = { limit_price = oms.round_price("A", bar.close + 1.5) },
      stop_loss = { stop_price = oms.round_price("A", bar.close - 1.5) }, time_in_force = "gtc" }
  end,
  [29] = function() oms.close("A") end, -- waits for the end of the exits
  [31] = function() oms.target("A", 20) end,
  [32] = function() oms.target("A", -10) end,
  [38] = function() oms.close("A") end,
  [40] = function() oms.buy("A", 1000) end, -- refused by a hard limit
  [41] = function() oms.buy("A", 77) end,   -- refused by the rule
  [43] = function(bar)
    oms.submit { symbol = "A", side = "buy", qty = 8, type = "stop_limit",
      stop_price = oms.round_price("A", bar.close + 1),
      limit_price = oms.round_price("A", bar.close + 2), time_in_force = "gtc" }
  end,
  [50] = function() oms.cancel_all { symbol = "A" } end,
  [52] = function() oms.buy("A", 12) end,
  [55] = function() oms.close("A") end,
}

function S:on_start()
  oms.every(300, "five")
  oms.daily("10:30", "America/New_York", "half_past")
end

function S:on_bar(bar)
  self.n = self.n + 1
  local action = ACTIONS[self.n]
  if action then action(bar) end
  if self.n % 8 == 0 then -- what it counts is kept whether or not it orders
    oms.submit { symbol = "A", side = "buy", qty = 1, type = "limit", limit_price = 1, time_in_force = "day" }
  end
end

function S:on_timer(name)
  self.seen[#self.seen + 1] = name
  for _, o in ipairs(oms.orders { symbol = "A", status = "open" }) do
    if name == "deeper" and o.tag == "deep" then o:replace { limit_price = oms.round_price("A", o.limit_price - 1) } end
  end
end

function S:on_fill(fill)
  self.fills = self.fills + 1
  self.last = fill.order
end

function S:on_order(_, event)
  if event.replayed then self.replayed = (self.replayed or 0) + 1 end
end

function S:on_save()
  return { n = self.n, fills = self.fills, seen = self.seen, last = self.last, replayed = self.replayed }
end

function S:on_load(saved, from_version)
  assert(from_version == 3)
  assert(saved.last == nil or type(saved.last.order_id or saved.last) == "string")
  for k, v in pairs(saved) do self[k] = v end
end

return S
