--- On quotes with latency: what was filled before midnight is heard before the split, in its terms.
local oms = require("oms")

local S = { seen = {} }

function S:on_quote(quote)
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.buy("A", 10, { time_in_force = "gtc", client_order_id = "ten" }))
  elseif self.n == 2 then
    self.rest = assert(oms.buy("A", 4, { type = "limit", limit_price = 99, time_in_force = "gtc",
      client_order_id = "rest" }))
  elseif self.n == 5 then
    local seen = table.concat(self.seen, ", ")
    assert(seen == "fill 10 at 101, split of 20, fill 8 at 49.5", seen)
    assert(oms.position("A").qty == 28)
    assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
  end
  assert(quote.symbol == "A")
end

function S:on_fill(fill)
  self.seen[#self.seen + 1] = ("fill %g at %g"):format(fill.qty, fill.price)
end

function S:on_action()
  self.seen[#self.seen + 1] = ("split of %g"):format(oms.position("A").qty)
  local quote = oms.quote("A")
  assert(quote.bid == 50 and quote.ask == 50.5 and quote.ask_size == 2000 and oms.last("A") == 50.25)
  assert(self.rest.qty == 8 and self.rest.limit_price == 49.5)
end

return S
