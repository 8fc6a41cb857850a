--- Mean reversion: buys when the RSI says that a symbol fell too far, sells when it has recovered, or after
--- 'max_bars' bars, whichever comes first.
local oms = require("oms")

local S = {
  params = {
    length = 14, -- bars of the RSI
    low = 30.0, -- RSI below which to buy
    high = 60.0, -- RSI above which to sell
    max_bars = 20, -- bars to hold at most; 0 is no limit
    qty = 10.0, -- shares a purchase
  },
}

function S:on_start()
  self.rsi = {} -- indicator by symbol
  self.held = {} -- bars in the position by symbol
end

--- Warns when a call was refused: its answer is then nil and the reason.
local function tell(order, reject)
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
end

function S:on_bar(bar)
  local symbol, p = bar.symbol, self.params
  self.rsi[symbol] = self.rsi[symbol] or oms.ta.rsi(p.length)
  local rsi = self.rsi[symbol]:update(bar.close)
  if not rsi then
    return
  end
  if oms.position(symbol).qty == 0 then
    self.held[symbol] = 0
    if rsi < p.low and #oms.orders({ symbol = symbol }) == 0 then
      tell(oms.buy(symbol, p.qty))
    end
    return
  end
  self.held[symbol] = self.held[symbol] + 1
  if rsi > p.high or (p.max_bars > 0 and self.held[symbol] >= p.max_bars) then
    tell(oms.close(symbol))
  end
end

return S
