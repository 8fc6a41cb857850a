local oms = require("oms")

local S = { seen = {} }

function S:on_start()
  oms.at("2024-01-02T10:00:01.5Z", "order")
  oms.at("2024-01-02T10:00:06.5Z", "last")
end

function S:on_quote(q)
  local known = oms.quote("A")
  assert(known.bid == q.bid and known.ask_size == q.ask_size)
  self.seen[#self.seen + 1] = ("%s quote %s %s"):format(oms.time.iso(q.ts):sub(18, 19), q.bid or "-", q.ask or "-")
end

function S:on_trade(t)
  self.seen[#self.seen + 1] = ("%s trade %s %s"):format(oms.time.iso(t.ts):sub(18, 19), t.price, t.size)
end

function S:on_fill(fill)
  local adds = fill.order.client_order_id == "rest" or fill.side == "sell"
  assert(fill.liquidity == (adds and "added" or "removed"), fill.liquidity)
end

function S:on_timer(name)
  if name == "order" then
    assert(oms.buy("A", 3, { type = "limit", limit_price = 99, client_order_id = "rest" }))
    assert(oms.buy("A", 2, {
      client_order_id = "in",
      order_class = "bracket",
      take_profit = { limit_price = 102 },
      stop_loss = { stop_price = 97 },
    }))
    assert(oms.buy("A", 1, { type = "limit", limit_price = 102, post_only = true, client_order_id = "taker" }))
    return
  end
  local want = {
    "00 quote - 101.0",
    "01 quote 99.0 101.0",
    "01 trade 101.0 1.0",
    "01 trade 101.5 1.0",
    "02 trade 99.0 4.0",
    "02 trade 99.0 2.0",
    "02 quote 99.0 101.5",
    "03 trade 99.0 1.0",
    "03 quote - 98.0",
    "05 trade 98.0 1.0",
    "05 trade 101.5 3.0",
    "05 trade 102.0 2.0",
    "05 quote 102.0 -",
    "06 trade 102.0 1.0",
    "06 quote 102.0 -",
  }
  for i = 1, math.max(#want, #self.seen) do
    assert(self.seen[i] == want[i], ("%d: %s, want %s"):format(i, self.seen[i], want[i]))
  end
  assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
end

return S
