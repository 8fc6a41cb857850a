--- Refuses more than 'max_orders' orders and replacements of the account within 'seconds' (runaway script).
--- Never refuses what reduces. Counts by the account's own counters: refused orders do not count.
local R = {
  params = {
    max_orders = 10, -- orders and replacements
    seconds = 1.0, -- window
  },
}

local NS = 1000000000

function R:check(order, ctx)
  local day = ctx.day
  if not (day.orders and day.replaces) then
    return false, "MAX_ORDER_RATE", "the number of orders is not known"
  end
  local total = day.orders + day.replaces
  local seen = self.seen or {} -- { ts, total }: what came after the total-th came at ts or later; oldest first
  if #seen > 0 and total < seen[#seen].total then
    seen = {} -- the day rolled
  end
  self.seen = seen
  while #seen > 0 and seen[1].ts <= ctx.now - self.params.seconds * NS do
    table.remove(seen, 1)
  end
  local sent = #seen > 0 and total - seen[1].total or 0
  if #seen > 0 and seen[#seen].total == total then
    seen[#seen] = nil -- what was checked then was not accepted
  end
  seen[#seen + 1] = { ts = ctx.now, total = total }
  if sent >= self.params.max_orders and not ctx.reduces then
    return false, "MAX_ORDER_RATE",
      ("%s refused: %d orders within %g s, the limit is %g"):format(order.symbol, sent, self.params.seconds,
        self.params.max_orders)
  end
end

return R
