--- Refuses what does not reduce once there is a position, as a restricted list would.
local R = {}

function R:check(order, ctx)
  if ctx.position().qty ~= 0 and not ctx.reduces then
    return false, "RESTRICTED_SYMBOL", order.symbol .. " may only be reduced"
  end
end

return R
