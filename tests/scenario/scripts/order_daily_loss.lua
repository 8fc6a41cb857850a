--- Buys at every bar; the loss of the day decides.
local oms = require("oms")

local S = { seen = {} }

function S:on_bar()
  local order, reject = oms.buy("A", 100, { time_in_force = "gtc" })
  self.seen[#self.seen + 1] = order and "ok" or reject.code
end

function S:on_stop()
  local got = table.concat(self.seen, " ")
  assert(got == "ok ok DAILY_LOSS DAILY_LOSS ok", got)
end

return S
