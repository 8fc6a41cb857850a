--- Orders faster than the rule allows.
local oms = require("oms")

local S = {}

function S:on_bar()
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    oms.buy("A", 1)
    oms.buy("A", 1)
    oms.buy("A", 1)
  elseif self.n == 2 then
    oms.sell("A", 1)
    oms.buy("A", 1)
  elseif self.n == 3 then
    oms.buy("A", 1)
  end
end

return S
