--- Trend following: in when the fast mean of the closes crosses above the slow one, out (or short) when it
--- crosses below. A tie of the two means is no cross. One timeframe: with several, name one in the session.
local oms = require("oms")

local S = {
  params = {
    fast = 10, -- bars in the fast mean
    slow = 20, -- bars in the slow mean
    qty = 10.0, -- shares to hold while in the market
    weight = 0.0, -- above 0: hold this share of the account's equity instead of qty (0.5 is half)
    short = false, -- below the slow mean: true is short by as much, false is flat
  },
}

function S:on_start()
  assert(self.params.fast < self.params.slow, "fast must be shorter than slow")
  self.lines = {} -- by symbol: the two means and the side (1 above, -1 below) on which they stood last
end

local function lines_of(self, symbol)
  local lines = self.lines[symbol]
  if not lines then
    lines = { fast = oms.ta.sma(self.params.fast), slow = oms.ta.sma(self.params.slow) }
    self.lines[symbol] = lines
  end
  return lines
end

--- What to hold above (side 1) or below (side -1), as oms.target takes it.
local function wanted(params, side)
  if side < 0 and not params.short then
    return 0
  elseif params.weight > 0 then
    return { weight = side * params.weight }
  end
  return side * params.qty
end

function S:on_bar(bar)
  local lines = lines_of(self, bar.symbol)
  local fast, slow = lines.fast:update(bar.close), lines.slow:update(bar.close)
  if not slow or fast == slow then
    return
  end
  local before, side = lines.side, fast > slow and 1 or -1
  lines.side = side
  if not before or before == side then
    return
  end
  local order, reject = oms.target(bar.symbol, wanted(self.params, side))
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
end

--- An order that fits when it is given may cost too much at the next open: it is then canceled whole.
function S.on_order(_, order, event)
  if event.type == "canceled" and event.code then
    oms.log.warn("%s of %s ended: %s, %s", order.side, order.symbol, event.code, event.message)
  end
end

return S
