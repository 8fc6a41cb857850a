local oms = require("oms")
local S = { params = { a = 1, unused = 2, ["b"] = 3 } }
function S:helper(sym)
  oms.buy(sym, self.params.a)
end
local function go(self, s) self:helper(s) end
function S:on_tick(bar)
  for k, v in pairs({ A = 1, B = 2 }) do
    go(self, k)
  end
  x = 5
  prnt(y, bar.close)
  for s in pairs(self.t) do S.z = s end
end
return S
