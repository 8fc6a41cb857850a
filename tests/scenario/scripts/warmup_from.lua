--- Warms up on two bars and trades from the first bar after.
local oms = require("oms")
local steps = require("steps")

local S = steps({
  [1] = function(self, bar)
    assert(self.warm == "2 3", "on_warmup got " .. tostring(self.warm))
    assert(bar.close == 4)
    local bars = oms.bars("A", 3)
    assert(#bars == 3 and bars[1].close == 2 and bars[3].close == 4)
    assert(oms.buy("A", 10))
  end,
  [3] = function(_, bar)
    assert(bar.close == 6)
  end,
}, { warmup = 2 })

function S:on_warmup(bar)
  local bars = oms.bars("A", 9)
  assert(bars[#bars].close == bar.close and oms.last("A") == bar.close, "nothing is known of later bars")
  assert(oms.now() == bar.ts + 86400000000000)
  self.warm = (self.warm and self.warm .. " " or "") .. ("%g"):format(bar.close)
  if bar.close == 3 then
    local order, reject = oms.buy("A", 1)
    assert(not order and reject.code == "NO_SESSION" and reject.message:find("warm-up", 1, true))
  end
end

return S
