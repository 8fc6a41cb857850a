--- Counts firings by name.
local oms = require("oms")
local steps = require("steps")

local count = setmetatable({}, { __index = function() return 0 end })

local S = steps({
  [1] = function(self)
    self.clock = oms.every(30, "clock")
    self.own = oms.every(20, "own")
    oms.every(60, "moved")
    oms.after(10, "chain")
    self.named = oms.every(15, "named")
    self.func = oms.every(30, function(me)
      assert(me == self, "a function gets self")
      count["function"] = count["function"] + 1
    end)
    oms.after("0.5", function() count.once = count.once + 1 end)
    local timer, reject = oms.at(oms.now() - 1, "late")
    assert(timer == nil and reject.code == "TOO_LATE" and reject.message:sub(1, 8) ~= "TOO_LATE")
    assert(tostring(self.clock) == "timer")
    for _, wrong in ipairs({
      { oms.after, -1, "x" }, { oms.every, 0, "x" }, { oms.after, 1, "" }, { oms.after, 1, 5 }, { oms.at, 1.5, "x" },
      { oms.daily, "24:00", "UTC", "x" }, { oms.daily, "9:35", "UTC", "x" }, { oms.daily, "09:35", "Mars", "x" } }) do
      assert(not pcall(table.unpack(wrong)))
    end
  end,
  [2] = function(self)
    assert(count.clock == 1 and count.once == 1 and count["function"] == 1, count.clock)
    self.clock:cancel()
    self.func:cancel()
    oms.every(25, "moved") -- replaces the one of 60 s
    assert(oms.after(3600, "named"), "a name has one timer")
  end,
  [3] = function(self)
    assert(count.clock == 1, "a timer that has fired can be cancelled: " .. count.clock)
    assert(count["function"] == 1 and count.own == 2, count.own)
    assert(count.moved == 2, "after 25 s and 50 s, and not after 60 s: " .. count.moved)
    assert(count.chain == 5, count.chain)
    assert(count.named == 3, count.named)
    self.clock:cancel() -- once more is nothing
  end,
  [4] = function()
    assert(count.own == 2 and count.chain == 5)
  end,
})

function S:on_timer(name)
  count[name] = count[name] + 1
  if name == "own" and count.own == 2 then
    self.own:cancel()
  elseif name == "chain" and count.chain < 5 then
    oms.after(10, "chain")
  end
end

return S
