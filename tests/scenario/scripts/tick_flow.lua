local oms = require("oms")

local S = { seen = {} }

local function note(self, text)
  self.seen[#self.seen + 1] = oms.now() // 1000000 .. " " .. text
end

function S:on_quote(q)
  note(self, ("quote %s %s %s %s"):format(q.bid, q.bid_size, q.ask, q.ask_size))
  local ms = oms.now() // 1000000
  if ms == 1 then
    assert(oms.buy("A", 3, { type = "limit", limit_price = 10, time_in_force = "gtc", client_order_id = "ours" }))
  elseif ms == 7 then
    assert(oms.sell("A", 2, { time_in_force = "gtc", client_order_id = "out" }))
  end
end

function S:on_trade(t)
  note(self, ("trade %s %s last %s"):format(t.price, t.size, oms.last("A")))
  if t.price > 8 then
    return
  end
  local want = {
    "0 quote 10.0 5.0 nil nil",
    "1 quote 10.0 5.0 11.0 4.0",
    "2 quote 10.0 10.0 11.0 4.0", -- ours is among them
    "3 trade 10.0 5.0 last 10.0",
    "3 trade 10.0 1.0 last 10.0",
    "3 quote 10.0 4.0 11.0 4.0",
    "4 quote 10.0 3.0 11.0 4.0",
    "5 trade 10.0 2.0 last 10.0",
    "5 trade 10.0 1.0 last 10.0",
    "5 quote nil nil 11.0 4.0",
    "7 quote 9.0 1.0 11.0 4.0",
    "7 trade 9.0 1.0 last 9.0", -- what our market order takes is told as well
    "8 trade 8.0 1.0 last 8.0",
  }
  for i, line in ipairs(want) do
    assert(self.seen[i] == line, ("%d: %s, want %s"):format(i, self.seen[i], line))
  end
  assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
end

return S
