--- On quotes alone the middle of the last quote with two sides stays the price of marks and checks while a side is
--- missing or the quote is crossed: market orders wait there, they are not refused.
local expect = require("lib.expect")

return {
  name = "tick-last-middle",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:00Z", "", "", 10.1, 5 }, -- no middle yet
      { "2024-01-02T10:00:01Z", 9.9, 5, 10.1, 5 },
      { "2024-01-02T10:00:02Z", 9.9, 5, "", "" },
      { "2024-01-02T10:00:03Z", 9.9, 5, 10.3, 5 },
      { "2024-01-02T10:00:04Z", 10.4, 5, 10.3, 5 }, -- crossed
      { "2024-01-02T10:00:05Z", 10.2, 5, 10.4, 5 },
      { "2024-01-02T10:00:06Z", 9.9, 5, 0, 0 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 1 id=early refused=true",
      "3 buy 1 id=waits",
      "3 buy 1 id=ioc time_in_force=ioc",
      "3 status waits pending_new",
      "4 status waits filled",
      "5 buy 2 id=crossed",
      "5 status crossed pending_new",
      "6 status crossed filled",
      "7 position 3",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "waits", qty = 1, price = 10.3, ts = "2024-01-02T10:00:03Z" },
      { client_order_id = "crossed", qty = 2, price = 10.4, ts = "2024-01-02T10:00:05Z" },
    })
    expect.orders(result, {
      { client_order_id = "early", status = "rejected", code = "NO_REFERENCE_PRICE" },
      { client_order_id = "waits", status = "filled" },
      { client_order_id = "ioc", status = "canceled", code = "NO_LIQUIDITY" },
      { client_order_id = "crossed", status = "filled" },
    })
    expect.equal(result.summary.final_equity, 100000 - 10.3 - 2 * 10.4 + 3 * 10.3, "equity at the last middle")
  end,
}
