--- Towards a position and back before anything filled.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    assert(oms.target("A", 90, { type = "limit", limit_price = 9 }))
  end,
  [2] = function()
    assert(oms.target("A", 0))
  end,
  [3] = function()
    assert(#oms.orders({ symbol = "A", status = "open" }) == 0, "an order is open")
  end,
})
