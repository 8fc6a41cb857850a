--- Gets bars, compares them with the list of its id at the last one, gives an order at the first.
local oms = require("oms")

local S = { params = {} }

local want = {
  five = {
    "09:30 5m 50 99 1 50 7", -- 09:25
    "09:35 5m 10 15 8 14 3",
    "09:40 5m 14 16 13 15 4",
    "13:00 5m 15 17 14 16 8",
    "13:05 5m 50 99 1 50 7",
  },
  day = { "13:00 1d 10 17 8 16 15" },
  trades = { "09:37 1m 20 20 20 20 1", "09:38 1m 22 22 21 21 6", "09:40 1m 25 25 25 25 8" },
  all = {
    "09:30 1m 50 99 1 50 7",
    "09:31 1m 10 12 9 11 1",
    "09:35 1m 11 15 8 14 2",
    "09:37 1m 14 16 13 15 4",
    "13:00 1m 15 17 14 16 8",
    "13:00 1d 10 17 8 16 15",
    "13:01 1m 50 99 1 50 7",
  },
}

local function list_of(self)
  if self.first == "5m" then
    return want.five
  end
  return self.symbol == "T" and want.trades or self.first == "1d" and want.day or want.all
end

function S:on_bar(bar)
  local t = oms.time.parts(oms.now(), "America/New_York")
  local line = ("%02d:%02d %s %g %g %g %g %g"):format(t.hour, t.minute, bar.timeframe, bar.open, bar.high, bar.low,
    bar.close, bar.volume)
  self.first, self.symbol = self.first or bar.timeframe, bar.symbol
  self.n = (self.n or 0) + 1
  local expected = list_of(self)[self.n]
  assert(line == expected, ("bar %d: %s, want %s"):format(self.n, line, tostring(expected)))
  local past = oms.bars(bar.symbol, 10, bar.timeframe)
  assert(past[#past].close == bar.close and past[#past].ts == bar.ts)
  if bar.symbol == "SPY" then -- of T a trade may have come at this very time, before its bar
    assert(oms.last("SPY") == oms.bars("SPY", 1)[1].close)
  end
  if self.n == (self.first == "5m" and 2 or #list_of(self)) then
    assert(oms.buy(bar.symbol, 1))
  end
end

function S:on_stop()
  assert(self.n == #list_of(self), "got " .. self.n .. " bars")
end

return S
