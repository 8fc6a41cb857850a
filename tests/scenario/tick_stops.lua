--- Where the symbol has trades, stops wait for the last trade; trigger_by = "bid_ask" makes them look at the quote.
local expect = require("lib.expect")

return {
  name = "tick-stops",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:02Z", 10.4, 5, 10.5, 5 },
      { "2024-01-02T10:00:04Z", 10.5, 5, 10.6, 5 },
    } },
    { symbol = "A", trades = {
      { "2024-01-02T10:00:03Z", 10.5, 1 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=last type=stop stop_price=10.5 time_in_force=gtc",
      "1 buy 1 id=quoted type=stop stop_price=10.5 time_in_force=gtc trigger_by=bid_ask",
      "1 sell 1 id=touched type=market_if_touched stop_price=10.5 time_in_force=gtc",
      "4 status last filled",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "quoted", qty = 1, price = 10.5, ts = "2024-01-02T10:00:02Z" },
      { client_order_id = "last", qty = 1, price = 10.5, ts = "2024-01-02T10:00:03Z" }, -- at the ask of that time
      { client_order_id = "touched", qty = 1, price = 10.4, ts = "2024-01-02T10:00:03Z" },
    })
  end,
}
