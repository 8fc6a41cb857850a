--- Accepts the first orders, then fails at every one.
local R = { params = { good_orders = 1 } }

function R:check()
  self.n = (self.n or 0) + 1
  if self.n > self.params.good_orders then
    error("the rule is broken")
  end
end

return R
