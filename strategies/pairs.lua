--- Pairs: two symbols that move together. When the ratio of their prices is far from its mean, the dear one is sold
--- short and the cheap one is bought for the same money; both are closed when the ratio is back.
local oms = require("oms")

local S = {
  params = {
    first = "", -- symbols of the pair; empty: the first two of the data
    second = "",
    length = 60, -- bars in mean and deviation
    enter = 2.0, -- deviations from the mean at which to enter
    leave = 0.5, -- deviations within which to leave
    value = 20000.0, -- money a leg
  },
}

function S:on_start()
  local p, all = self.params, oms.symbols()
  self.first = p.first ~= "" and p.first or all[1]
  self.second = p.second ~= "" and p.second or all[2]
  assert(self.second and self.first ~= self.second, "pairs needs two symbols")
  self.mean, self.deviation = oms.ta.sma(p.length), oms.ta.stdev(p.length)
end

local function leg(self, symbol, side)
  local order, reject
  if side == 0 then
    order, reject = oms.close(symbol)
  else
    order, reject = oms.target(symbol, { value = side * self.params.value })
  end
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
  return order
end

--- Side 1: long the first and short the second; -1: the other way round; 0: flat. One leg alone is no pair.
local function take(self, side)
  self.side = side
  local both = leg(self, self.first, side) and leg(self, self.second, -side)
  if side ~= 0 and not both then
    take(self, 0)
  end
end

function S:on_bars(bars)
  local a, b = bars[self.first], bars[self.second]
  if not (a and b) then
    return -- one of them has no bar: there is no ratio to look at
  end
  local ratio = a.close / b.close
  local mean, deviation = self.mean.value, self.deviation.value -- of the bars before this one
  self.mean:update(ratio)
  self.deviation:update(ratio)
  if not deviation or deviation == 0 then
    return
  end
  local z = (ratio - mean) / deviation
  local side = self.side or 0
  if side == 0 and math.abs(z) >= self.params.enter then
    take(self, z > 0 and -1 or 1)
  elseif side ~= 0 and (math.abs(z) <= self.params.leave or z * side > 0) then
    take(self, 0)
  end
end

return S
