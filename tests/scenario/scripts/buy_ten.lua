--- Buys 10 of the symbol of the first bar.
local oms = require("oms")

local S = {}

function S:on_start()
  assert(oms.instrument("A").last_ns == nil, "there is no last price before the first bar")
end

function S:on_bar(bar)
  if not self.bought then
    self.bought = oms.buy(bar.symbol, 10)
    assert(self.bought)
  end
end

return S
