--- Without a far side, and while a quote is crossed, market orders wait and ioc ends; a locked quote is a book.
local expect = require("lib.expect")

return {
  name = "tick-no-far-side",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    -- without a far side there is no middle either, from which buying power could be reckoned: a trade gives a price
    { symbol = "A", trades = { { "2024-01-02T10:00:00Z", 10, 1 } } },
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10.1, 5 },
      { "2024-01-02T10:00:02Z", 9.9, 5, 0, 0 },
      { "2024-01-02T10:00:03Z", 9.9, 5, 10.1, 1 },
      { "2024-01-02T10:00:04Z", 10.2, 5, 10.1, 5 },
      { "2024-01-02T10:00:05Z", 10.1, 5, 10.1, 5 },
      { "2024-01-02T10:00:06Z", 10.1, 5, 10.1, 4 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "3 buy 1 id=waits",
      "3 buy 1 id=ioc time_in_force=ioc",
      "3 buy 1 id=fok time_in_force=fok",
      "4 status waits filled",
      "5 buy 2 id=crossed",
      "5 buy 1 id=none time_in_force=ioc",
      "5 status crossed pending_new",
      "6 status crossed filled",
      "7 buy 1 id=locked",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "waits", qty = 1, price = 10.1, ts = "2024-01-02T10:00:03Z" },
      { client_order_id = "crossed", qty = 2, price = 10.1, ts = "2024-01-02T10:00:05Z" },
      { client_order_id = "locked", qty = 1, price = 10.1, ts = "2024-01-02T10:00:06Z" },
    })
    expect.orders(result, {
      { client_order_id = "waits", status = "filled" },
      { client_order_id = "ioc", status = "canceled", code = "NO_LIQUIDITY" },
      { client_order_id = "fok", status = "canceled", code = "NO_LIQUIDITY" },
      { client_order_id = "crossed", status = "filled" },
      { client_order_id = "none", status = "canceled", code = "NO_LIQUIDITY" },
      { client_order_id = "locked", status = "filled" },
    })
  end,
}
