--- Buys and sells past rules that cannot judge.
local oms = require("oms")
local steps = require("steps")

local function failed(order, reject)
  assert(order == nil and reject.code == "RULE_FAILED", reject and reject.code)
  assert(reject.message:find("rule", 1, true) and not reject.message:find("\n", 1, true), reject.message)
end

return steps({
  [1] = function()
    failed(oms.buy("A", 1, { tag = "loop" }))
    failed(oms.buy("A", 1, { tag = "fail" }))
    assert(oms.buy("A", 10))
    assert(oms.buy("B", 10))
  end,
  [2] = function()
    assert(oms.position("A").qty == 10)
    failed(oms.sell("A", 11, { tag = "fail" }))
    assert(oms.sell("A", 10, { tag = "loop" }), "a reduction passes")
    failed(oms.sell("B", 10, { tag = "loop" }))
    failed(oms.close("B", { tag = "fail" }))
  end,
  [3] = function()
    assert(oms.position("A").qty == 0 and oms.position("B").qty == 10)
  end,
})
