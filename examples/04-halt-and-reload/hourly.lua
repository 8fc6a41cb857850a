--- Buys 100 shares at every full hour.
local oms = require("oms")

local S = {}

function S.on_start()
  oms.every(3600, "hour")
end

function S.on_timer()
  local order, reject = oms.buy("DEMO", 100)
  if not order then
    oms.log.info("%s: %s", reject.code, reject.message)
  end
end

return S
