--- A version that does not pass its own test: a reload with it is refused and the rule before it stays.
local R = { params = { max_qty = 1000.0 } }

function R.check(_, order)
  return order.qty < 0 -- accepts nothing: a slip
end

function R:test()
  assert(self:check({ qty = 1, symbol = "DEMO" }) ~= false, "an order of one share has to pass")
end

return R
