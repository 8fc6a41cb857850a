--- Runs for ever on one quantity: it is ended by its budget.
local R = { n = 0 }
function R:check(order)
  self.n = self.n + 1
  while order.qty == 13 do self.loops = true end
end
return R
