--- Refuses entries while the account sends too many messages for what it trades: orders, replacements and cancels of
--- the day for each fill. Venues fine such flow. Never refuses what reduces.
local R = {
  params = {
    ratio = 20.0, -- messages a fill
    grace = 50, -- messages of the day before the ratio is looked at
  },
}

function R:check(order, ctx)
  local day = ctx.day
  if not (day.orders and day.replaces and day.cancels and day.fills) then
    return false, "ORDER_TO_TRADE", "the messages of the day are not known"
  end
  local messages = day.orders + day.replaces + day.cancels
  if ctx.reduces or messages < self.params.grace then
    return
  end
  if messages >= self.params.ratio * math.max(day.fills, 1) then
    return false, "ORDER_TO_TRADE",
      ("%s refused: %d messages for %d fills today, the limit is %g a fill"):format(order.symbol, messages, day.fills,
        self.params.ratio)
  end
end

return R
