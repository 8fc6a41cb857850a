--- Breakout with a bracket: buys a close above the highest high of the bars before, with a stop-loss and a
--- take-profit that work from the fill on; whichever fills ends the other.
local oms = require("oms")

local S = {
  params = {
    length = 20, -- bars whose highest high has to be passed
    stop_percent = 3.0, -- stop-loss below the close of the signal, in percent
    target_percent = 6.0, -- take-profit above it, in percent
    qty = 10.0, -- shares a trade
  },
}

function S:on_start()
  self.highest = {} -- indicator by symbol
end

--- The price 'percent' away from 'price', on the symbol's grid.
local function away(symbol, price, percent)
  return oms.round_price(symbol, price * (1 + percent / 100), "near")
end

local function enter(self, bar)
  local p = self.params
  local order, reject = oms.submit({
    symbol = bar.symbol,
    side = "buy",
    qty = p.qty,
    time_in_force = "gtc", -- the exits take it over: they have to outlive the day
    order_class = "bracket",
    stop_loss = { stop_price = away(bar.symbol, bar.close, -p.stop_percent) },
    take_profit = { limit_price = away(bar.symbol, bar.close, p.target_percent) },
    tag = "breakout",
  })
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
end

function S:on_bar(bar)
  local symbol = bar.symbol
  local highest = self.highest[symbol] or oms.ta.highest(self.params.length)
  self.highest[symbol] = highest
  local top = highest.ready and highest.value -- of the bars before this one
  highest:update(bar.high)
  local idle = oms.position(symbol).qty == 0 and #oms.orders({ symbol = symbol }) == 0
  if top and bar.close > top and idle then
    enter(self, bar)
  end
end

function S.on_fill(_, fill)
  oms.log.debug("%s %g %s at %.2f", fill.side, fill.qty, fill.symbol, fill.price)
end

return S
