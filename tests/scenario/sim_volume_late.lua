--- A bar of zero volume fills nothing, also before the first bar that has some.
local expect = require("lib.expect")

return {
  name = "sim-volume-late",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10, 0 }, { 11, 11, 11, 11, 0 }, { 12, 12, 12, 12, 1000 } }) },
  },
  venue = { max_participation = 0.1 },
  strategies = { "scripts/sim_volume_late.lua" },
  check = function(result)
    expect.fills(result, { { price = 12 } })
  end,
}
