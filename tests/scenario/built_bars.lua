--- Bars built of minutes and of trades: what scripts see of them, by hand; orders meet the minutes alone. A script
--- that names no timeframes gets what `build` lists and not what another one asks for.
local expect = require("lib.expect")

return {
  name = "built-bars",
  mode = "backtest",
  instruments = { SPY = { asset_class = "us_equity" } },
  data = {
    -- 2014-07-03 closes at 13:00 New York; one row before the open, one behind the close.
    { symbol = "SPY", timeframe = "1m", tz = "America/New_York", build = "1d", bars = {
      { "2014-07-03T09:29:00", 50, 99, 1, 50, 7 },
      { "2014-07-03T09:30:00", 10, 12, 9, 11, 1 },
      { "2014-07-03T09:34:00", 11, 15, 8, 14, 2 },
      { "2014-07-03T09:36:00", 14, 16, 13, 15, 4 },
      { "2014-07-03T12:59:00", 15, 17, 14, 16, 8 },
      { "2014-07-03T13:00:00", 50, 99, 1, 50, 7 } } },
    { symbol = "T", build = { "1m" }, trades = {
      { "2014-07-03T13:36:30Z", 20, 1 },
      { "2014-07-03T13:37:00Z", 22, 2 },
      { "2014-07-03T13:37:59Z", 21, 4 },
      { "2014-07-03T13:39:00Z", 25, 8 } } },
  },
  strategies = {
    { "scripts/built_bars.lua", id = "five", symbols = { "SPY" }, timeframes = { "5m" } },
    { "scripts/built_bars.lua", id = "day", symbols = { "SPY" }, timeframes = { "1d" } },
    { "scripts/built_bars.lua", id = "trades", symbols = { "T" } },
    { "scripts/built_bars.lua", id = "all", symbols = { "SPY" } },
  },
  check = function(result)
    expect.equal(result.summary.bars, 6, "rows of the data")
    local tags = {}
    for _, o in ipairs(result.orders) do
      tags[#tags + 1] = o.strategy
    end
    table.sort(tags)
    expect.equal(table.concat(tags, " "), "all day five trades", "strategies whose list held")
    -- given at 09:35, when the first five minutes are over: it fills in the minute behind
    expect.equal(result.fills[1].price, 14, "the next minute's open")
    expect.equal(result.fills[1].strategy, "five", "the first fill")
  end,
}
