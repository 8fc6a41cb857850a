--- Writes down all that it is told and compares at the end.
local oms = require("oms")

local S = { symbols = { "A" }, seen = {} }

local function note(self, text)
  self.seen[#self.seen + 1] = oms.time.iso(oms.now()):sub(12, 19) .. " " .. text
end

function S:on_start()
  assert(oms.quote("A") == nil and oms.last("A") == nil, "nothing is known before the first event")
  oms.at("2024-01-02T10:01:00Z", "minute")
end

function S:on_quote(q)
  local known = oms.quote("A")
  assert(q.symbol == "A" and q.ts == oms.now() and known.ts == q.ts)
  assert(known.bid == q.bid and known.ask == q.ask)
  assert(known.bid_size == q.bid_size and known.ask_size == q.ask_size)
  note(self, ("quote %s %s %s %s"):format(q.bid, q.bid_size, q.ask, q.ask_size))
  if #self.seen == 1 then
    assert(oms.last("A") == 9.5, "before the first trade the last price is the middle of the quote")
  end
end

function S:on_trade(t)
  assert(t.symbol == "A" and t.ts == oms.now() and oms.last("A") == t.price)
  note(self, ("trade %s %s"):format(t.price, t.size))
end

function S:on_bar(bar)
  assert(oms.last("A") == 10.5, "bars of a symbol with trades set no price")
  assert(oms.bars("A", 1)[1].close == bar.close)
  note(self, ("bar %s"):format(bar.close))
  if #self.seen < 9 then
    return
  end
  local want = {
    "10:00:00 quote 9.0 1.0 10.0 2.0",
    "10:00:30 trade 10.25 3.0",
    "10:00:45 quote 11.0 1.0 10.0 1.0",
    "10:01:00 quote 10.5 inf 10.5 4.0", -- ticks before bars, in the order of the data
    "10:01:00 trade 10.5 0.0",
    "10:01:00 bar 11.0",
    "10:01:00 timer", -- after all data of its time
    "10:01:30 quote nil nil 11.0 5.0",
    "10:02:00 bar 11.0",
  }
  for i, line in ipairs(want) do
    assert(self.seen[i] == line, ("%d: %s, want %s"):format(i, self.seen[i], line))
  end
  assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
end

function S:on_timer()
  note(self, "timer")
end

return S
