--- Invests everything in A, then moves it to B in one callback.
local oms = require("oms")

local S = {}

function S:on_bars(_, ts)
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.buy("A", 10))
  elseif self.n == 2 then
    assert(oms.account().cash == 0, oms.time.iso(ts))
    assert(oms.sell("A", 10))
    oms.buy("B", 20)
  end
end

return S
