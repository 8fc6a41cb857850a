--- An hour bar of A with minute bars of B: an order given inside A's bar never fills at a price of that bar,
--- which lies before the order.
local expect = require("lib.expect")

return {
  name = "hour-a-minute-b",
  mode = "backtest",
  data = {
    {
      symbol = "A",
      timeframe = "1h",
      bars = {
        { "2024-01-02T09:00:00Z", 99, 99, 99, 99, 1000 },
        { "2024-01-02T10:00:00Z", 100, 101, 90, 100.5, 1000 }, -- completes at 11:00
        { "2024-01-02T11:00:00Z", 102, 103, 101, 102.5, 1000 },
        { "2024-01-02T12:00:00Z", 104, 105, 98, 104.5, 1000 },
      },
    },
    {
      symbol = "B",
      timeframe = "1m",
      bars = {
        { "2024-01-02T10:29:00Z", 10, 10, 10, 10, 1000 },
        { "2024-01-02T10:30:00Z", 11, 11, 11, 11, 1000 },
        { "2024-01-02T10:31:00Z", 12, 12, 12, 12, 1000 },
      },
    },
  },
  strategies = { "scripts/hour_a_minute_b.lua" },
  check = function(result)
    -- Given at 10:30. A's bar of 10:00 has begun before and its low of 90 counts for neither; B's next minute does.
    expect.fills(result, {
      { symbol = "B", ts = "2024-01-02T10:30:00Z", price = 11, qty = 10 },
      { symbol = "A", ts = "2024-01-02T11:00:00Z", price = 102, qty = 10 },
      { symbol = "A", ts = "2024-01-02T12:00:00Z", price = 99, qty = 10 },
    })
    expect.orders(result, {
      { symbol = "A", type = "market", ts = "2024-01-02T10:30:00Z" },
      { symbol = "A", type = "limit", ts = "2024-01-02T10:30:00Z" },
      { symbol = "B", type = "market", ts = "2024-01-02T10:30:00Z" },
    })
  end,
}
