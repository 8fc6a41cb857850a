--- Refuses entries outside of a window of the day, and on weekends. Never refuses what reduces.
local oms = require("oms")

local R = {
  params = {
    from = "09:35", -- wall time of the zone, included
    to = "15:45", -- excluded; before 'from': the window goes over midnight
    zone = "America/New_York",
    weekend = false, -- true: Saturdays and Sundays, too
  },
}

--- Minutes since midnight of "HH:MM".
local function minutes(text)
  local hour, minute = text:match("^(%d%d):(%d%d)$")
  assert(hour and tonumber(hour) < 24 and tonumber(minute) < 60, text .. " is no time of day: write \"HH:MM\"")
  return tonumber(hour) * 60 + tonumber(minute)
end

function R:check(order, ctx)
  if ctx.reduces then
    return
  end
  local p = self.params
  local from, to = minutes(p.from), minutes(p.to)
  local t = oms.time.parts(ctx.now, p.zone)
  local now = t.hour * 60 + t.minute
  local inside = now >= from and now < to
  if from > to then
    inside = now >= from or now < to
  end
  if not inside or (t.weekday >= 6 and not p.weekend) then
    return false, "TRADING_HOURS",
      ("%s refused at %02d:%02d: entries are taken from %s to %s, %s"):format(order.symbol, t.hour, t.minute, p.from,
        p.to, p.zone)
  end
end

return R
