--- Uses the log at each level and the helpers that give the same in every run.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function(_, bar)
    oms.log.debug("bar of %s", bar.symbol)
    oms.log.info("close %.2f", bar.close)
    oms.log.warn("%s", "a warning")
    oms.log.error("%d errors", 0)
    oms.alert("look here")
    local r = oms.random()
    assert(r >= 0 and r < 1)
    local keys = {}
    for i, key in ipairs(oms.sorted({ b = 1, a = 2, c = 3 })) do
      keys[i] = key
    end
    assert(table.concat(keys) == "abc")
  end,
})
