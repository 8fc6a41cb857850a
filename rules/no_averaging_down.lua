--- Refuses to add to a losing position: an entry on the side of the net position while the reference price is on the
--- wrong side of its average price by more than a tolerance. Never refuses what reduces.
local R = {
  params = {
    tolerance_percent = 0.0, -- of the average price: a loss up to this may be added to
  },
}

local SIGN = { buy = 1, buy_to_cover = 1, sell = -1, sell_short = -1 }

function R:check(order, ctx)
  local held = ctx.position(order.symbol)
  if not held then
    return false, "AVERAGING_DOWN", ("the position in %s is not known"):format(order.symbol)
  end
  if ctx.reduces or held.qty * SIGN[order.side] <= 0 then
    return -- an exit, or an entry from flat
  end
  if not ctx.reference then
    return false, "NO_REFERENCE_PRICE", order.symbol .. " has no price yet"
  end
  local loss = (held.avg_price - ctx.reference) * SIGN[order.side] / math.abs(held.avg_price) * 100
  if loss > self.params.tolerance_percent then
    return false, "AVERAGING_DOWN",
      ("%s stands at %g, %.2f %% worse than the average price of %g"):format(order.symbol, ctx.reference, loss,
        held.avg_price)
  end
end

return R
