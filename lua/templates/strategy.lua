--- NAME: what it trades and why, in a sentence. This one buys a close above the mean of the last closes and sells below
--- it. Run it: moondesk backtest NAME.lua --data SPX=examples/data/sp500_d1.csv --out out
local oms = require("oms")

local S = {
  -- What --set NAME=VALUE and a session may change; the default's type is the parameter's type.
  params = {
    length = 50, -- bars in the mean
    qty = 10.0, -- shares to hold
  },
  -- symbols = { "SPX" }, timeframes = { "1d" }: the data it gets; without them, all of it
  -- warmup = 50: so many bars before --from are given to on_warmup
}

--- Once, before the first bar: make indicators and tables here.
function S:on_start()
  self.means = {} -- by symbol
end

--- After each bar, with its values: symbol, ts, open, high, low, close, volume, timeframe. 'bar' is valid until the
--- function ends; copy what you want to keep.
function S:on_bar(bar)
  local mean = self.means[bar.symbol] or oms.ta.sma(self.params.length)
  self.means[bar.symbol] = mean
  local value = mean:update(bar.close) -- nil until there were enough bars
  if not value then
    return
  end
  local wanted = bar.close > value and self.params.qty or 0
  local order, reject = oms.target(bar.symbol, wanted) -- does nothing where the position is right
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
end

--- After each fill of an order of this strategy; the position contains it already.
function S.on_fill(_, fill)
  oms.log.debug("%s %g %s at %.2f", fill.side, fill.qty, fill.symbol, fill.price)
end

--- When an order changes: event.type is "new", "fill", "canceled", "rejected", "expired", "replaced" and others.
function S.on_order(_, order, event)
  if event.type == "canceled" and event.code then
    oms.log.warn("%s of %s ended: %s", order.side, order.symbol, event.message)
  end
end

-- Others: on_quote, on_trade, on_bars, on_timer, on_session, on_action, on_warmup, on_stop, on_save, on_load.
-- `moondesk help lua` lists the calls.

return S
