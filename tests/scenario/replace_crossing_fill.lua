--- A replace and a fill cross on their way (one minute of latency each way in): the old order fills whole, the
--- successor is rejected TOO_LATE, nothing is bought twice.
local expect = require("lib.expect")

return {
  name = "replace-crossing-fill",
  mode = "backtest",
  data = {
    {
      symbol = "A",
      timeframe = "1m",
      bars = expect.minutes({
        { 10, 10, 10, 10 }, -- 10:00, at its end the limit of 9.5 is given; it arrives at 10:02
        { 10, 10, 9, 10 }, -- 10:01 passes it before it has arrived
        { 10, 10, 9.8, 10 }, -- 10:02, at its end the replace to 9 is given; it would arrive at 10:04
        { 10, 10, 9.4, 10 }, -- 10:03 fills the old terms
        { 10, 10, 8.5, 10 }, -- 10:04 would have filled the new ones
        { 10, 10, 10, 10 },
      }),
    },
  },
  venue = { latency_ms = 60000 },
  strategies = { "scripts/replace_crossing_fill.lua" },
  check = function(result)
    expect.orders(result, {
      { status = "filled", filled_qty = 10, filled_avg_price = 9.5, limit_price = 9.5 },
      { status = "rejected", code = "TOO_LATE", filled_qty = 0, limit_price = 9,
        replaces = result.orders[1].order_id },
    })
    expect.fills(result, { { ts = "2024-01-02T10:03:00Z", qty = 10, price = 9.5 } })
    expect.passed(result)
  end,
}
