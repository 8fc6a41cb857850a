--- Asks the rule how often its clock has fired.
local oms = require("oms")
local steps = require("steps")

local function ask()
  local order, reject = oms.buy("A", 1)
  assert(not order and reject.code == "CLOCK")
end

return steps({ [2] = ask, [4] = ask, [5] = ask, [6] = function() end })
