--- The days around July 4, 2024: an early close on the 3rd, a holiday on the 4th.
local oms = require("oms")
local steps = require("steps")

local function at(text)
  return oms.time.parse(text)
end

return steps({
  [1] = function()
    local c = oms.calendar("SPY")
    assert(oms.now() == at("2024-07-02T20:00:00Z"), "a daily bar of a declared instrument ends with its session")
    assert(not c:is_open() and c:is_open("2024-07-02T19:59:59Z") and c:is_open("2024-07-02T13:30:00Z"))
    assert(not c:is_open("2024-07-02T13:29:59Z") and not c:is_open("2024-07-04T15:00:00Z"))
    assert(c:trading_day() == "2024-07-03", "the date of the session that holds or follows: " .. c:trading_day())
    assert(c:trading_day("2024-07-02T15:00:00Z") == "2024-07-02"
      and c:trading_day("2024-07-03T18:00:00Z") == "2024-07-05")
    assert(c:next_open() == at("2024-07-03T13:30:00Z")
      and c:next_open("2024-07-03T13:30:00Z") == at("2024-07-05T13:30:00Z"))
    assert(c:next_close() == at("2024-07-03T17:00:00Z"), "an early close")
    assert(c:next_close("2024-07-03T17:00:00Z") == at("2024-07-05T20:00:00Z"))
    assert(c:is_last_of("month", "2024-07-31T15:00:00Z") and not c:is_last_of("month"))
    assert(c:is_last_of("month", "2024-06-28T15:00:00Z"), "the 29th and 30th are a weekend")
    assert(c:is_last_of("week", "2024-07-05T15:00:00Z") and c:is_last_of("year", "2024-12-31T15:00:00Z"))
    local ok, message = pcall(c.is_open)
    assert(not ok and message:find("colon", 1, true))
    ok, message = pcall(c.is_last_of, c, "mnth")
    assert(not ok and message:find("'month'", 1, true))
    ok, message = pcall(function() return c.isopen end)
    assert(not ok and message:find("'is_open'", 1, true))
    assert(oms.calendar("SPY") == c and oms.calendar("FREE") ~= c)
    local free = oms.calendar("FREE")
    assert(free:trading_day("2024-07-04T03:00:00Z") == "2024-07-04")
    assert(free:next_open() == nil and free:next_close() == nil, "no session, no open")
  end,
  [2] = function(_, bar)
    assert(bar.symbol == "SPY" and oms.now() == at("2024-07-03T17:00:00Z"))
    for _, name in ipairs({ "chain", "contracts", "front" }) do
      local ok, message = pcall(oms[name], "SPY")
      assert(not ok and message:find("not available in this version", 1, true))
    end
  end,
})
