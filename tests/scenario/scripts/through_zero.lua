--- Buys 10, then sells 15.
local oms = require("oms")

local S = {}

function S:on_bar()
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.buy("A", 10))
  elseif self.n == 2 then
    oms.sell("A", 15)
  end
end

return S
