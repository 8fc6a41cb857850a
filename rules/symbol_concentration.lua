--- Refuses what could make one symbol too large a share of the account's equity, long or short, working orders of the
--- same side counted as filled, at the reference price. Never refuses what reduces.
local oms = require("oms")

local R = {
  params = {
    percent = 25.0, -- of equity
  },
}

local SIGN = { buy = 1, buy_to_cover = 1, sell = -1, sell_short = -1 }

function R:check(order, ctx)
  if ctx.reduces then
    return
  end
  local symbol = order.symbol
  local held, account, instrument = ctx.position(symbol), ctx.account(), ctx.instrument(symbol)
  if not (held and account and instrument and ctx.reference) then
    return false, "SYMBOL_CONCENTRATION", ("what the account holds of %s is not known"):format(symbol)
  end
  local old = order.replaces and oms.order(order.replaces)
  local more = order.qty - (old and old.qty or 0) -- of a replacement only the increase is new
  local price = math.max(ctx.reference, order.limit_price or ctx.reference)
  local after = held.qty + SIGN[order.side] * (ctx.working(symbol, order.side) + more)
  if account.equity <= 0 then
    return false, "SYMBOL_CONCENTRATION", ("%s refused: the account has no equity left"):format(symbol)
  end
  local share = math.abs(after) * price * instrument.multiplier / account.equity * 100
  if more > 0 and share > self.params.percent then
    return false, "SYMBOL_CONCENTRATION",
      ("%g of %s would be %.1f %% of equity, the limit is %g %%"):format(after, symbol, share, self.params.percent)
  end
end

return R
