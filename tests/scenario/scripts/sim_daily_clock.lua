--- Notes when daily bars complete.
local oms = require("oms")

local S = { heard = {} }

function S:on_bar(bar)
  local t = oms.time.parts(bar.ts, bar.symbol == "B" and "Europe/Berlin" or "UTC")
  self.heard[#self.heard + 1] = ("%s %d-%d-%d at %s"):format(bar.symbol, t.year, t.month, t.day,
    oms.time.iso(oms.now()))
end

function S:on_stop()
  local got = table.concat(self.heard, "\n")
  local want = table.concat({
    "U 2024-11-27 at 2024-11-27T21:00:00Z", -- declared: 16:00 New York
    "B 2024-11-27 at 2024-11-27T23:00:00Z", -- undeclared: 24:00 of Berlin
    "N 2024-11-27 at 2024-11-28T00:00:00Z", -- undeclared: 24:00 UTC
    "U 2024-11-29 at 2024-11-29T18:00:00Z", -- the early close of 13:00
    "B 2024-11-29 at 2024-11-29T23:00:00Z",
    "N 2024-11-29 at 2024-11-30T00:00:00Z",
  }, "\n")
  assert(got == want, got)
end

return S
