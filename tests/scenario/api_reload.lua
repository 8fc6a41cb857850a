--- A reload that fails at any step (test, parameters, endless loop, no such file) leaves the old script and says why
--- in one line; one that succeeds brings params, named timers, orders and what it requires along.
local expect = require("lib.expect")

local rows = {}
for i = 1, 6 do
  rows[i] = { 10, 10, 10, 10 }
end

local function refuse(with, text)
  return function()
    local done, reject = oms.reload("it", { with = with })
    assert(done == nil and reject.code == "SCRIPT_ERROR", with)
    assert(reject.message:find(text, 1, true), reject.message)
    assert(not reject.message:find("\n", 1, true), "the first line only")
  end
end

return {
  name = "api-reload",
  mode = "backtest",
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) } },
  strategies = { { "scripts/api_reload_old.lua", id = "it", step = "5" } },
  timeline = function(t)
    t:at("2024-01-02T10:02:10Z", refuse("scripts/api_reload_test.lua", "api_reload_test.lua:5: its own test"))
    t:at("2024-01-02T10:02:20Z", refuse("scripts/api_reload_params.lua",
      "unknown parameter 'step' (did you mean 'steps'?)"))
    t:at("2024-01-02T10:02:30Z", refuse("scripts/api_reload_none.lua", "there is no such file"))
    t:at("2024-01-02T10:02:40Z", function()
      local ok, message = pcall(oms.reload, "its")
      assert(not ok and message:find("no strategy or rule is called 'its'", 1, true))
    end)
    t:at("2024-01-02T10:03:30Z", function()
      assert(oms.reload("it", { with = "scripts/api_reload_new.lua" }) == true)
    end)
  end,
  check = function(result)
    expect.passed(result)
  end,
}
