--- What rules/max_order.lua is replaced with: at most ten shares an order, whatever the session's entry says.
local R = { params = { max_qty = 1000.0 } } -- the entry's value is laid over it, as in the file before

local MAX_QTY = 10

function R.check(_, order)
  if order.qty > MAX_QTY then
    return false, "MAX_ORDER_QTY", ("%g of %s is above the limit of %g"):format(order.qty, order.symbol, MAX_QTY)
  end
end

return R
