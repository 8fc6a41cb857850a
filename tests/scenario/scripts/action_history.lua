--- What oms.bars and indicators show after a split of two for one (fourth day) and a dividend of 1 after a close of 13
--- (sixth day). 'scale' is what earlier prices are multiplied with by each. Indicators are fed in on_bar and, in the
--- list 'together', in on_bars of two symbols.
local oms = require("oms")
local steps = require("steps")

local CLOSES = { 20, 22, 24, 12, 13, 12 }

local function same(got, want, what)
  if type(got) ~= "number" or math.abs(got - want) > 2e-9 then
    error(("%s: got %s, want %s"):format(what, got, want), 2)
  end
end

--- The closes of days 1 to 'day' in the terms of that day.
local function seen(self, day)
  local list = {}
  for i = 1, day do
    local v = CLOSES[i]
    if i <= 3 and day >= 4 then v = v * self.params.split end
    if i <= 5 and day >= 6 then v = v * self.params.dividend end
    list[i] = v
  end
  return list
end

local function check(self, bar)
  if bar.symbol ~= "A" then return end
  self.day = (self.day or 0) + 1
  local want = seen(self, self.day)
  for i, b in ipairs(oms.bars("A", 6)) do
    same(b.close, want[i], ("close %d on day %d"):format(i, self.day))
    same(b.high, want[i], "high")
    local volume = i <= 3 and self.day >= 4 and 100 / self.params.split or i <= 3 and 100 or 200
    same(b.volume, volume, ("volume %d on day %d"):format(i, self.day))
  end
  local n, sum, top = #want, 0, 0
  for i = math.max(1, n - 2), n do sum, top = sum + want[i], math.max(top, want[i]) end
  local mean, highest = self.mean:update(bar.close), self.highest:update(bar.high)
  self.volume:update(bar.high, bar.low, bar.close, bar.volume)
  if n >= 3 then
    same(mean, sum / 3, "mean on day " .. n)
    same(highest, top, "highest on day " .. n)
  end
end

local S = steps({
  [12] = function(self) assert(self.day == 6) end,
}, { params = { split = 1.0, dividend = 1.0 } })

function S:on_start()
  self.mean, self.highest = oms.ta.sma(3), oms.ta.highest(3)
  self.volume = oms.ta.obv()
  self.together = { A = oms.ta.sma(3), B = oms.ta.sma(3) }
end

local on_bar = S.on_bar
function S:on_bar(bar)
  check(self, bar)
  on_bar(self, bar)
end

function S:on_bars(bars)
  local want = seen(self, self.day)
  local a, b = self.together.A:update(bars.A.close), self.together.B:update(bars.B.close)
  if a then
    local n = #want
    same(a, (want[n - 2] + want[n - 1] + want[n]) / 3, "mean of on_bars")
    same(b, 50, "mean of the other symbol")
  end
end

--- Told after all that scripts remember has come to new terms.
function S:on_action(action)
  local last = oms.bars("A", 1)[1].close
  if action.type == "split" then
    same(last, 24 * self.params.split, "last bar at the split")
    same(self.mean.value, 22 * self.params.split, "value at the split")
    same(self.volume.value, 200 / self.params.split, "balance of volumes at the split")
  else
    same(last, 13 * self.params.dividend, "last bar at the dividend")
  end
end

return S
