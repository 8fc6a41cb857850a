--- An undeclared symbol has no session: its day orders do not expire. A key is unique in its account only.
local expect = require("lib.expect")

return {
  name = "sim-day-without-session",
  mode = "backtest",
  accounts = { { id = "one", cash = 1000 }, { id = "two", cash = 1000 } },
  data = { { symbol = "A", bars = {
    { "2024-01-02", 10, 10, 10, 10 }, { "2024-01-03", 10, 10, 10, 10 }, { "2024-02-05", 10, 10, 9, 10 } } } },
  strategies = { "scripts/sim_day_without_session.lua" },
  check = function(result)
    expect.orders(result, {
      { account = "one", client_order_id = "key", time_in_force = "day", status = "filled" },
      { account = "two", client_order_id = "key", time_in_force = "day", status = "filled" },
    })
    expect.equal(result.summary.initial_equity, 2000, "initial equity: of all accounts")
  end,
}
