--- Arms clocks in on_load and fails: nothing of it may stay.
local oms = require("oms")

return {
  on_timer = function(_, name)
    error("the old file must hear of " .. name)
  end,
  on_load = function()
    oms.every(5, "tick")
    oms.after(10, "other")
    oms.after(15, "late")
    error("no state")
  end,
}
