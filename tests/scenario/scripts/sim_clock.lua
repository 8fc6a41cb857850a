--- Notes the order in which things happen, as NAME@hh:mm:ss, and the labels of bars.
local oms = require("oms")

local S = { heard = {} }

local function note(self, text)
  local t = oms.time.parts(oms.now(), "UTC")
  self.heard[#self.heard + 1] = ("%s@%02d:%02d"):format(text, t.hour, t.minute)
end

local function label(bar)
  local t = oms.time.parts(bar.ts, "UTC")
  return ("%s %s %02d:%02d"):format(bar.symbol, bar.timeframe, t.hour, t.minute)
end

function S:on_start()
  oms.at("2024-01-02T11:00:00Z", "alarm")
end
function S:on_bar(bar)
  note(self, label(bar))
  if bar.symbol == "B" and bar.close == 10 then oms.buy("B", 1, { time_in_force = "gtc" }) end
end
function S:on_bars(bars) note(self, "bars" .. (bars.A and " A" or "") .. (bars.B and " B" or "")) end
function S:on_fill() note(self, "fill") end
function S:on_timer(name) note(self, name) end
function S:on_stop()
  local got = table.concat(self.heard, ", ")
  local want = table.concat({
    "C 1m 10:59@10:59", -- labelled by its end
    "bars@10:59",
    "B 30m 10:30@11:00", "A 1h 10:00@11:00", "D 1h 10:00@11:00", -- finer bars first, then the order of the data
    "bars A B@11:00", "alarm@11:00",
    "fill@11:20", "B 30m 11:00@11:20", "bars B@11:20", -- the next bar starts early: 20 minutes, not 30
    "A 1h 11:00@11:45", "bars A@11:45",
    "B 30m 11:20@11:50", "bars B@11:50",
    "A 1h 11:45@12:45", "bars A@12:45",
  }, ", ")
  assert(got == want, "\n got " .. got .. "\nwant " .. want)
end

return S
