--- Builds a position of 250 and closes it, then targets one of 250 and back.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    for _, qty in ipairs({ 100, 100, 50 }) do assert(oms.buy("A", qty, { time_in_force = "gtc" })) end
  end,
  [2] = function()
    assert(oms.position("A").qty == 250)
    assert(oms.close("A"))
  end,
  [3] = function()
    assert(oms.position("A").qty == 0)
    assert(oms.target("A", -230))
  end,
  [4] = function() assert(oms.position("A").qty == -230) end,
})
