--- Refuses entries once the account has lost too much today: start-of-day equity less equity, open positions
--- at their marks. Never refuses what reduces. The day rolls at 00:00 New York.
local R = {
  params = {
    max_loss = 1000.0, -- money
  },
}

function R:check(order, ctx)
  if ctx.reduces then
    return
  end
  local pl = ctx.day.total_pl
  if not pl then
    return false, "DAILY_LOSS", "the account's profit and loss of today is not known"
  end
  if -pl >= self.params.max_loss then
    return false, "DAILY_LOSS",
      ("%s refused: the loss of today is %.2f, the limit is %.2f"):format(order.symbol, -pl, self.params.max_loss)
  end
end

return R
