--- Orders on quotes and bars, limits at rest, trailing stops, replaces, cancels; all of its state is saved.
local oms = require "oms"
local T = { n = 0, fills = 0, params = { step = 7 } }

function T:act(symbol, price)
  self.n = self.n + 1
  local k = self.n % (4 * self.params.step)
  if k == 1 then oms.buy(symbol, 4) end
  if k == 3 then
    oms.submit { symbol = symbol, side = "buy", qty = 6, type = "limit", time_in_force = "gtc",
      limit_price = price - 0.5 }
  end
  if k == 6 then
    oms.submit { symbol = symbol, side = "sell", qty = 2, type = "trailing_stop", trail_price = 0.75,
      time_in_force = "gtc" }
  end
  if k == 9 then
    for _, o in ipairs(oms.orders { symbol = symbol, status = "open" }) do
      if o.type == "limit" then o:replace { limit_price = price - 0.25, qty = 5 } end
    end
  end
  if k == 12 then
    oms.submit { symbol = symbol, side = "buy", qty = 3, order_class = "bracket", type = "market",
      time_in_force = "gtc", take_profit = { limit_price = price + 1 }, stop_loss = { trail_price = 1 } }
  end
  if k == 15 then oms.cancel_all { symbol = symbol } end
  if k == 18 then oms.close(symbol) end
end

function T:on_quote(quote) self:act(quote.symbol, quote.bid) end

function T:on_bar(bar)
  if bar.timeframe == "1m" then self:act(bar.symbol, bar.close) end
  self.bars = #oms.bars(bar.symbol, 3)
end

function T:on_fill() self.fills = self.fills + 1 end
function T:on_save() return { n = self.n, fills = self.fills } end
function T:on_load(saved) self.n, self.fills = saved.n, saved.fills end

return T
