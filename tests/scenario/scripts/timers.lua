--- Arms timers of each kind and compares when they fired.
local oms = require("oms")
local steps = require("steps")

--- The firings of 'name' between two times, as text.
local function fired(self, name, from, to)
  local list = {}
  for _, f in ipairs(self.firings) do
    if f.name == name and f.at >= oms.time.parse(from) and f.at < oms.time.parse(to) then
      list[#list + 1] = oms.time.iso(f.at)
    end
  end
  return table.concat(list, " ")
end

local function want(got, text)
  assert(got == text, got .. " in place of " .. text)
end

local S = steps({
  [4] = function(self)
    want(fired(self, "once", "2024-01-01", "2025-01-01"), "2024-03-09T12:00:00Z")
    want(fired(self, "soon", "2024-01-01", "2025-01-01"), "2024-03-08T00:01:30Z")
    want(fired(self, "half-day", "2024-03-08", "2024-03-10"),
      "2024-03-08T12:00:00Z 2024-03-09T00:00:00Z 2024-03-09T12:00:00Z")
    want(fired(self, "night", "2024-03-09", "2024-03-12"),
      "2024-03-09T07:30:00Z 2024-03-10T07:00:00Z 2024-03-11T06:30:00Z")
    want(fired(self, "early", "2024-11-02", "2024-11-05"),
      "2024-11-02T05:30:00Z 2024-11-03T05:30:00Z 2024-11-04T06:30:00Z")
    want(fired(self, "canceled", "2024-01-01", "2025-01-01"), "")
    want(fired(self, "moved", "2024-01-01", "2025-01-01"), "2024-03-10T12:00:00Z")
  end,
})

function S:on_start()
  self.firings = {}
  oms.at("2024-03-09T12:00:00Z", "once")
  oms.after(90, "soon")
  oms.every(12 * 3600, "half-day")
  oms.daily("02:30", "America/New_York", "night")
  oms.daily("01:30", "America/New_York", "early")
  oms.at("2024-03-09T12:00:00Z", "canceled"):cancel()
  oms.at("2024-03-09T12:00:00Z", "moved")
  oms.at("2024-03-10T12:00:00Z", "moved") -- arming a name again replaces it
end

function S:on_timer(name)
  self.firings[#self.firings + 1] = { name = name, at = oms.now() }
end

return S
