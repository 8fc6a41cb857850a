local oms = require("oms")

local S = { seen = {} }

function S:on_action(a)
  assert(a.symbol == "A" and a.ts == oms.now())
  self.seen[#self.seen + 1] = ("%s %s %s %s"):format(oms.time.iso(a.ts), a.type, a.ratio, a.cash)
end

function S:on_bar()
  self.seen[#self.seen + 1] = "bar " .. oms.time.iso(oms.now())
  if #self.seen < 6 then
    return
  end
  local want = {
    "bar 2024-01-03T00:00:00Z",
    "2024-01-03T00:00:00Z split 2.0 nil",
    "2024-01-03T00:00:00Z stock_dividend 1.05 nil",
    "bar 2024-01-04T00:00:00Z",
    "2024-01-04T00:00:00Z dividend nil 0.47",
    "bar 2024-01-05T00:00:00Z",
  }
  for i, line in ipairs(want) do
    assert(self.seen[i] == line, self.seen[i])
  end
  assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
end

return S
