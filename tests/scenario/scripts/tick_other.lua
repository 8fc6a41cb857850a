--- Asked for another symbol: nothing of the first one comes here.
local steps = require("tick_steps")

return steps({
  [1] = function(_, tick) assert(tick.symbol == "B" and tick.bid == 1) end,
}, {
  on_bar = function() error("no bar of B is there") end,
})
