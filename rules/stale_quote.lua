--- Refuses orders on a market that is not there: no quote, one side missing, a crossed one, or one that is too old.
--- What reduces is refused only where 'exits' says so.
local R = {
  params = {
    seconds = 5.0, -- age of a quote that is too old
    exits = false, -- true: hold exits back, too
  },
}

function R:check(order, ctx)
  if ctx.reduces and not self.params.exits then
    return
  end
  local quote = ctx.quote(order.symbol)
  if not (quote and quote.bid and quote.ask) then
    return false, "STALE_QUOTE", order.symbol .. " has no quote with both sides"
  end
  if quote.bid > quote.ask then
    return false, "STALE_QUOTE", ("%s is crossed: %g over %g"):format(order.symbol, quote.bid, quote.ask)
  end
  local age = (ctx.now - quote.ts) / 1e9
  if age > self.params.seconds then
    return false, "STALE_QUOTE",
      ("the quote of %s is %.1f s old, the limit is %g s"):format(order.symbol, age, self.params.seconds)
  end
end

return R
