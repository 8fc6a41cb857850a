--- Opening range breakout on minute bars: the first minutes of the regular session give a range; a close above it buys,
--- a close below it sells short, once a day, with the other end of the range as the stop; flat before the close.
--- For symbols declared with a session calendar (asset_class = "us_equity").
local oms = require("oms")

local S = {
  params = {
    minutes = 30, -- length of the opening range
    target = 2.0, -- take-profit in multiples of the range
    flat_minutes = 10, -- before the close: no entries any more, positions are closed
    qty = 100.0, -- shares a trade
    short = true, -- trade the break below, too
  },
}

local MINUTE = 60 * 1000000000

function S:on_start()
  assert(self.params.minutes >= 1, "minutes must be at least 1")
  self.days = {} -- by symbol: the day's date, range and whether it has traded
end

--- The record of the bar's trading day; new at its first regular bar.
local function day_of(self, bar, calendar)
  local date = calendar:trading_day(bar.ts)
  local day = self.days[bar.symbol]
  if not day or day.date ~= date then
    day = { date = date, range_end = bar.ts + self.params.minutes * MINUTE, close = calendar:next_close(bar.ts) }
    self.days[bar.symbol] = day
  end
  return day
end

local function enter(self, bar, day, side)
  local width = day.high - day.low
  local target = side == "buy" and bar.close + self.params.target * width or bar.close - self.params.target * width
  local order, reject = oms.submit({
    symbol = bar.symbol,
    side = side,
    qty = self.params.qty,
    order_class = "bracket",
    stop_loss = { stop_price = side == "buy" and day.low or day.high },
    take_profit = { limit_price = oms.round_price(bar.symbol, target, "near") },
    tag = "opening range",
  })
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
  day.traded = true -- one try a day, refused or not
end

function S:on_bar(bar)
  local calendar = oms.calendar(bar.symbol)
  if not calendar:is_open(bar.ts) then
    return -- pre-market and post-market bars make no range
  end
  local day = day_of(self, bar, calendar)
  if bar.ts < day.range_end then
    day.high = math.max(day.high or bar.high, bar.high)
    day.low = math.min(day.low or bar.low, bar.low)
  elseif oms.now() >= day.close - self.params.flat_minutes * MINUTE then
    oms.close(bar.symbol)
  elseif not day.traded and day.high > day.low then
    if bar.close > day.high then
      enter(self, bar, day, "buy")
    elseif bar.close < day.low and self.params.short then
      enter(self, bar, day, "sell_short")
    end
  end
end

return S
