--- Weeks around a split; an order at the third one that all was as it should be.
local oms = require("oms")

local S = { n = 0 }

local function line(b)
  return ("%g %g %g %g %g"):format(b.open, b.high, b.low, b.close, b.volume)
end

function S:on_bar(bar)
  self.n = self.n + 1
  local list = {}
  for i, b in ipairs(oms.bars("A", 9, "1w")) do
    list[i] = line(b)
  end
  local got = table.concat(list, ", ")
  local want = {
    "18 18 18 18 100",
    "9 9 9 9 200, 10 14 10 13 800",
    "9 9 9 9 200, 10 14 10 13 800, 15 15 15 15 200",
  }
  assert(got == want[self.n], got)
  assert(line(bar) == list[#list])
  if self.n == 2 then
    assert(oms.buy("A", 1))
  end
end

function S:on_stop()
  assert(self.n == 3)
end

return S
