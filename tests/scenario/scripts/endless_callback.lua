--- Orders, then loops for ever; the next bar orders again.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.buy("A", 1))
    while true do
      pcall(function()
        while true do
          oms.last("A")
        end
      end)
    end
  end,
  [2] = function()
    assert(oms.buy("A", 2))
  end,
  [3] = function()
    assert(oms.position("A").qty == 2)
  end,
})
