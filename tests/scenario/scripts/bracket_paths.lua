--- Enters with a bracket at the first bar.
local oms = require("oms")

local S = {}

function S:on_bar()
  if not self.sent then
    self.sent = true
    assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 10,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 },
    }))
  end
end

return S
