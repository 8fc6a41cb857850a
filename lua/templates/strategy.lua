--- NAME: what it trades and why, in a sentence. This one buys a close above the mean of the last closes and sells below
--- it. Run it: moondesk backtest NAME.lua --data SPX=examples/data/sp500_d1.csv --out out
local oms = require("oms")

local S = {
  -- What --set NAME=VALUE and a session may change; the default's type is the parameter's type.
  params = {
    length = 50, -- bars in the mean
    qty = 10.0, -- shares to hold
  },
  warmup = 200, -- so many bars before --from, and before each window of a sweep, go to on_warmup
  -- symbols = { "SPX" }, timeframes = { "1d" }: the data it gets; without them, all of it
}

--- Once, before the first bar: make indicators and tables here.
function S:on_start()
  self.means = {} -- by symbol
  self.paid = 0
end

--- A function of your own: the mean with this bar; nil until there were enough bars.
function S:mean_of(bar)
  local mean = self.means[bar.symbol] or oms.ta.sma(self.params.length)
  self.means[bar.symbol] = mean
  return mean:update(bar.close)
end

function S:on_warmup(bar)
  self:mean_of(bar)
end

--- After each bar, with its values: symbol, ts, open, high, low, close, volume, timeframe. 'bar' is valid until the
--- function ends; copy what you want to keep.
function S:on_bar(bar)
  local mean = self:mean_of(bar)
  if not mean then
    return
  end
  local wanted = bar.close > mean and self.params.qty or 0
  local order, reject = oms.target(bar.symbol, wanted) -- does nothing where the position is right
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
end

--- After each fill of an order of this strategy; the position contains it already.
function S:on_fill(fill)
  self.paid = self.paid + fill.commission
end

--- When an order changes: event.type is "new", "fill", "canceled", "rejected", "expired", "replaced" and others.
function S:on_order(order, event)
  if event.type == "canceled" and event.code then
    oms.log.warn("%s of %s ended: %s", order.side, order.symbol, event.message)
  end
end

--- Once, after the last bar.
function S:on_stop()
  oms.log.info("paid %.2f in commissions", self.paid)
end

-- Others: on_quote, on_trade, on_bars, on_timer, on_session, on_action, on_save, on_load.
-- `moondesk help lua` lists the calls.

return S
