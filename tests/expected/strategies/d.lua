--- Breakout with a bracket: stop and target are taken from the close of the signal, not from the fill. When
--- the children begin to work is the venue's matter (child_fill).
local oms = require("oms")
local breakout = require("breakout")
local exact = require("exact")

local S = {
  params = { units = 100, length = 20, stop_factor = 0.98, target_factor = 1.04, price_decimals = 2 },
}

function S:on_start()
  self.signal = breakout.new(self.params.length)
end

function S:on_bar(bar)
  if not self.signal(bar) or oms.position(bar.symbol).qty ~= 0 then
    return
  end
  local p = self.params
  oms.submit({
    symbol = bar.symbol,
    side = "buy",
    qty = p.units,
    time_in_force = "gtc",
    order_class = "bracket",
    stop_loss = { stop_price = exact.price(bar.close, p.stop_factor, p.price_decimals) },
    take_profit = { limit_price = exact.price(bar.close, p.target_factor, p.price_decimals) },
  })
end

return S
