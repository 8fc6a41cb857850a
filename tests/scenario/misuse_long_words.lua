--- What a message lists may be of any length, and the one integer that means "no time" is refused as a time.
local expect = require("lib.expect")

local long = ("n"):rep(900)

return {
  name = "misuse-long-words",
  mode = "backtest",
  accounts = { { id = long }, { id = "second" } },
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 } }) } },
  strategies = { "scripts/misuse_long_words.lua" },
  timeline = function(t)
    local ok, message = pcall(t.at, t, math.mininteger, function() end)
    assert(not ok and message:find("the time is out of range", 1, true), message)
    t:at("2024-01-02T10:01:00Z", function()
      ok, message = pcall(oms.kill, { account = "zzz" }, "no")
      assert(not ok and message:find("unknown account 'zzz' (known: ...)", 1, true), message)
    end)
  end,
  check = function(result)
    expect.equal(#result.orders, 1, "the strategy came to its end")
  end,
}
