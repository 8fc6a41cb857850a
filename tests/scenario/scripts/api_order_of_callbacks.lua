--- Notes each callback as a word and compares the words of each time stamp.
local oms = require("oms")

local S = { log = {} }

local function note(self, word)
  local t = oms.time.iso(oms.now())
  self.log[t] = (self.log[t] and self.log[t] .. " " or "") .. word
end

function S:on_start()
  note(self, "start")
  oms.at("2024-01-02T14:30:00Z", "timer")
  oms.at("2024-01-02T14:30:00Z", "second")
end

function S:on_session(what, s)
  note(self, what)
  assert(s.calendar == "us_equity" and s.date == "2024-01-02")
  assert(s.open == oms.time.parse("2024-01-02T14:30:00Z") and s.close == oms.time.parse("2024-01-02T21:00:00Z"))
end

function S:on_bar(bar)
  note(self, bar.symbol .. bar.timeframe)
  self.kept = self.kept or bar
  if bar.symbol == "A" and bar.timeframe == "1m" and not self.order then
    self.order = oms.buy("A", 5)
    self.limit = oms.buy("B", 5, { type = "limit", limit_price = 1 })
    note(self, "ordered")
    assert(self.order.status == "pending_new", "no call runs a callback")
  end
end

function S:on_bars(bars, ts)
  note(self, "bars")
  assert(ts == oms.now())
  local n = 0
  for symbol, bar in pairs(bars) do
    n = n + 1
    assert(bar.symbol == symbol and bar.timeframe == "1m", "the finest stands for its symbol")
  end
  assert(n == 2)
  if ts == oms.time.parse("2024-01-02T14:32:00Z") then
    local want = {
      { "2024-01-02T14:29:00Z", "B1m A1m ordered bars A:new B:new" },
      { "2024-01-02T14:30:00Z",
        "open B:canceled B1m A1m A2m bars timer:timer timer:second" },
      { "2024-01-02T14:31:00Z", "A:fill A:fill-event B1m A1m bars" },
      { "2024-01-02T14:32:00Z", "B1m A1m A2m bars" },
    }
    for _, pair in ipairs(want) do
      assert(self.log[pair[1]] == pair[2], pair[1] .. ": " .. tostring(self.log[pair[1]]))
    end
    assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
  end
end

function S:on_fill(fill)
  note(self, fill.symbol .. ":fill")
  assert(oms.position("A").qty == 5, "positions already contain the fill")
  assert(fill.order == self.order and fill.parent == nil and fill.account == "main" and fill.side == "buy")
  assert(fill.qty == 5 and fill.price == 10 and fill.commission == 0 and fill.tag == nil)
  assert(type(fill.ts) == "number" and type(fill.execution_id) == "string")
  assert(fill.ts == oms.time.parse("2024-01-02T14:30:00Z"), "fills on bars carry the label of their bar")
  self.filled = true
end

function S:on_order(order, event)
  note(self, order.symbol .. ":" .. (event.type == "fill" and "fill-event" or event.type))
  if event.type == "fill" then
    assert(self.filled, "on_fill runs before on_order")
  elseif event.type == "canceled" then
    assert(event.code == "KILLED" and event.message == "for its event" and order.canceled_by == "oms")
  end
  assert(event.replayed == false or event.replayed == nil)
end

function S:on_timer(name)
  note(self, "timer:" .. name)
end

return S
