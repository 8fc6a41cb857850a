local R = {}
function R:check(order)
  if order.qty >= 500 then return false, "MAX_QTY", "the first rule" end
end
return R
