--- Asks a person about large orders.
local R = { params = { above = 100 } }

function R:check(order)
  if order.qty > self.params.above then
    return "approve", ("%g is above %g"):format(order.qty, self.params.above)
  end
end

return R
