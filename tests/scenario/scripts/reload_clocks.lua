--- Buys one share at each of its clocks.
local oms = require("oms")

local S = {}

function S:on_start()
  oms.every(120, "tick")
  oms.after(270, "late")
end

function S:on_timer(name)
  oms.buy("A", 1, { client_order_id = name .. oms.time.iso(oms.now()):sub(14, 16) })
end

return S
