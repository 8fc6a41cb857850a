--- Refuses what could take the account's net position in a symbol beyond a limit, working orders of the same
--- side counted as filled. Never refuses what reduces.
local oms = require("oms")

local R = {
  params = {
    max = 1000.0, -- shares, long or short
  },
}

local SIGN = { buy = 1, buy_to_cover = 1, sell = -1, sell_short = -1 }

function R:check(order, ctx)
  if ctx.reduces then
    return
  end
  local old = order.replaces and oms.order(order.replaces)
  local more = order.qty - (old and old.qty or 0) -- of a replacement only the increase is new
  if more <= 0 then
    return
  end
  local held, working = ctx.position(order.symbol), ctx.working(order.symbol, order.side)
  if not held or not working then
    return false, "MAX_POSITION", ("the position in %s is not known"):format(order.symbol)
  end
  local after = held.qty + SIGN[order.side] * (working + more)
  if math.abs(after) > self.params.max then
    return false, "MAX_POSITION",
      ("%g of %s after this order is beyond the limit of %g"):format(after, order.symbol, self.params.max)
  end
end

return R
