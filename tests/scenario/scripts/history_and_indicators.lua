--- Updates one indicator of each family and compares.
local oms = require("oms")
local steps = require("steps")

local function near(got, want, what)
  assert(got and math.abs(got - want) < 1e-9, ("%s is %s, not %s"):format(what, got, want))
end

local function update(self, bar)
  self.sma:update(bar.close)
  self.ema:update(bar.close)
  self.highest:update(bar.high)
  self.lowest:update(bar.low)
  self.stdev:update(bar.close)
  self.rsi:update(bar.close)
  self.atr:update(bar.high, bar.low, bar.close)
end

local S = steps({
  [1] = function(self, bar)
    assert(oms.bars("A", 2)[2] == nil and #oms.bars("A", 2) == 1)
    update(self, bar)
    assert(not self.sma.ready and self.sma.value == nil)
  end,
  [2] = update,
  [3] = update,
  [4] = update,
  [5] = function(self, bar)
    update(self, bar)
    local bars = oms.bars("A", 2, "1m")
    assert(#bars == 2 and bars[1].close == 3 and bars[2].close == 5, "oldest first")
    assert(bars[2].ts == bar.ts and #oms.bars("A", 100.0) == 5 and not pcall(oms.bars, "A", 2.5))
    near(self.sma.value, 4, "sma of 4, 3, 5")
    near(self.ema.value, 23 / 6, "ema") -- 7/3, then half way to 3, then half way to 5
    near(self.highest.value, 6, "highest")
    near(self.lowest.value, 2, "lowest")
    near(self.stdev.value, math.sqrt(2 / 3), "stdev divides by n")
    near(self.rsi.value, 100 - 100 / (1 + 1.375 / 0.25), "rsi")
    near(self.atr.value, 2.9375, "atr") -- true ranges 1, 2, 2, 2, 4
  end,
})

function S:on_start()
  self.sma = oms.ta.sma(3)
  self.ema = oms.ta.ema(3)
  self.highest = oms.ta.highest(3)
  self.lowest = oms.ta.lowest(3)
  self.stdev = oms.ta.stdev(3)
  self.rsi = oms.ta.rsi(2)
  self.atr = oms.ta.atr(2)
end

return S
