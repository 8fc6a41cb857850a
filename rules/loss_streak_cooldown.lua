--- After some losses in a row the account takes no entries for a while. A loss is a fill that closes at a loss; the
--- count is the account's own, of the day. Never refuses what reduces.
local R = {
  params = {
    losses = 3, -- in a row
    minutes = 30.0, -- of pause, from the last of them
  },
  version = 1,
}

local MINUTE = 60 * 1000000000

function R:on_fill(_, ctx)
  local now = ctx.day.losses_in_row or 0
  if now > (self.seen or 0) and now >= self.params.losses then
    self.last_loss = ctx.now
  end
  self.seen = now
end

function R:check(order, ctx)
  if ctx.reduces or not self.last_loss then
    return
  end
  local left = self.last_loss + math.floor(self.params.minutes * MINUTE) - ctx.now
  if left > 0 then
    return false, "LOSS_STREAK",
      ("%s refused: %d losses in a row, entries are taken again in %.0f s"):format(order.symbol, self.params.losses,
        left / 1e9)
  end
end

function R:on_save()
  return { last_loss = self.last_loss, seen = self.seen }
end

function R:on_load(saved)
  self.last_loss, self.seen = saved.last_loss, saved.seen
end

return R
