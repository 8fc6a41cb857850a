--- Counts what comes in the warm-up and after it; one order at the end says that all was as it should be.
local oms = require("oms")

local S = { warmup = 4, params = {} }

-- id: symbols, warm-up bars, bars together at 10:15 (minute 14 completes) and at 10:14
local want = {
  ["1m 100"] = { warm = 400, full = 100, gap = 50, bars = 900 },
  ["1m 3"] = { warm = 12, full = 3, gap = 1, bars = 26 },
  ["5m 2"] = { warm = 4, full = 2, gap = 2, bars = 4 },
}

function S.on_start()
  -- less is kept of each when there are many; what is not kept is an error, not a shorter list
  local done, message = pcall(oms.bars, "S001", 8193)
  assert(not done and message:find("8192 bars are kept", 1, true), message)
  assert(#oms.bars("S001", 8192) > 0)
end

function S:on_warmup(bar)
  local list = oms.bars(bar.symbol, 100, bar.timeframe)
  assert(list[#list].ts == bar.ts, "nothing is known of later bars")
  local now = oms.now()
  assert(not self.now or now > self.now or (now == self.now and bar.symbol > self.last), "the warm-up is in order")
  self.now, self.last, self.warm = now, bar.symbol, (self.warm or 0) + 1
end

function S:on_bar(bar)
  self.bars = (self.bars or 0) + 1
  self.frame = bar.timeframe
end

function S:on_bars(bars)
  local symbols = oms.sorted(bars)
  local minute = oms.time.parts(oms.now(), "UTC").minute
  self.symbols = math.max(self.symbols or 0, #symbols)
  if minute == 14 then
    self.full = #symbols
  elseif minute == 15 then
    self.gap = #symbols
  elseif minute == 20 then
    local w = assert(want[("%s %d"):format(self.frame, self.symbols)])
    assert(self.warm == w.warm, "warm " .. tostring(self.warm))
    assert(self.frame == "5m" or self.full == w.full, "full " .. tostring(self.full))
    assert(self.gap == w.gap, "gap " .. tostring(self.gap))
    assert(self.bars == w.bars, "bars " .. tostring(self.bars))
    if self.frame == "5m" then
      assert(bars.S001.volume == 15 + 16 + 17 + 18 + 19 and bars.S099.volume == 15 + 16 + 17 + 18)
      assert(#oms.bars("S099", 9, "5m") == 4 and #oms.bars("S099", 99) == 16)
    end
    assert(oms.buy(symbols[1], 1))
  end
end

return S
