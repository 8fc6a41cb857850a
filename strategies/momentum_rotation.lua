--- Momentum rotation over many symbols: on the last bar of each month the symbols are ranked by their return over
--- 'length' bars; the best 'hold' of them are held in equal weights, what rose too little is not held at all.
local oms = require("oms")

local S = {
  params = {
    length = 120, -- bars over which the return is taken
    hold = 3, -- symbols to hold
    least_percent = 0.0, -- a return below this is not held
    invested = 0.95, -- share of equity to invest; the rest pays for gaps and costs
  },
}

function S:on_start()
  self.returns = {} -- by symbol: the return over 'length' bars; nil until there are so many
  self.held = {}
end

--- Whether the next bar of the symbol belongs to another month: by its calendar, else by the day after.
local function month_ends(bar, ts)
  local calendar = oms.calendar(bar.symbol)
  if calendar:next_open() then
    return calendar:is_last_of("month", ts - 1)
  end
  return oms.time.parts(ts + 3 * 86400 * 1000000000).month ~= oms.time.parts(ts - 1).month
end

local function rank(self)
  local names = {}
  for _, symbol in ipairs(oms.sorted(self.returns)) do
    if self.returns[symbol] >= self.params.least_percent / 100 then
      names[#names + 1] = symbol
    end
  end
  table.sort(names, function(a, b) return self.returns[a] > self.returns[b] end) -- stable: ties by name
  return names
end

local function rotate(self)
  local names, wanted = rank(self), {}
  for i = 1, math.min(self.params.hold, #names) do
    wanted[names[i]] = self.params.invested / self.params.hold
  end
  for _, symbol in ipairs(oms.sorted(self.held)) do -- sales first: they pay for the purchases
    if not wanted[symbol] then
      oms.close(symbol)
    end
  end
  for _, symbol in ipairs(oms.sorted(wanted)) do
    local order, reject = oms.target(symbol, { weight = wanted[symbol] })
    if not order then
      oms.log.warn("%s: %s", reject.code, reject.message)
    end
  end
  self.held = wanted
end

function S:on_bars(bars, ts)
  local any
  for _, symbol in ipairs(oms.sorted(bars)) do
    any = any or bars[symbol]
    local past = oms.bars(symbol, self.params.length + 1)
    self.returns[symbol] = #past > self.params.length and bars[symbol].close / past[1].close - 1 or nil
  end
  local month = oms.time.parts(ts - 1).month
  if month ~= self.done and month_ends(any, ts) then
    self.done = month
    rotate(self)
  end
end

return S
