--- What a script may and may not do in its cell: the allow-list, pairs, sort, tostring, log, random, views that end.
local expect = require("lib.expect")

return {
  name = "api-cell",
  mode = "backtest",
  seed = 3,
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 }, { 11, 11, 11, 11 } }) } },
  strategies = {
    { "scripts/api_cell.lua", id = "first", fast = "3", slow = 7, ratio = 2, list = "1,2.5", words = "x,y",
      on = "false" },
    { "scripts/api_cell.lua", id = "second" },
  },
  check = function(result)
    expect.passed(result, 1)
    expect.equal(pcall(oms.buy, "A", 1), false, "a session cannot order")
    expect.equal(oms.position("A").qty, 0, "reading is allowed")
  end,
}
