--- NAME: what it refuses and why, in a sentence. This one refuses orders that are worth more than a share of equity.
--- Use it: moondesk backtest STRATEGY.lua --data ... --rule NAME.lua,percent=20, or name it in `rules` of a session.
local R = {
  -- What the session or --rule may change; the default's type is the parameter's type.
  params = {
    percent = 25.0, -- of the account's equity
  },
}

--- Before each order and each replacement. Returns nothing (accept), or false with a code of your own in capitals and a
--- sentence with the numbers; or "approve", reason: the order is held until a person decides.
function R:check(order, ctx)
  if ctx.reduces then
    return -- an exit should never be refused
  end
  local price = order.limit_price or ctx.reference
  if not price then
    return false, "NO_REFERENCE_PRICE", order.symbol .. " has no price yet" -- missing data means no
  end
  local share = order.qty * price / ctx.account().equity * 100
  if share > self.params.percent then
    return false, "MAX_SHARE",
      ("%s would be %.1f %% of equity, the limit is %g %%"):format(order.symbol, share, self.params.percent)
  end
end

-- ctx: position(symbol), positions(), account(), last(symbol), quote(symbol), open_orders{}, working(symbol, side),
-- instrument(symbol), session(symbol), and the values now, reduces, reference, day. Other callbacks: on_fill, on_order,
-- on_timer with `every = seconds`, on_session, on_save, on_load.

return R
