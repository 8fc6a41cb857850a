--- Market orders take the touch up to its size, the rest one tick worse; what is taken stays taken until the side
--- changes; ioc and fok see what is there.
local expect = require("lib.expect")

return {
  name = "tick-touch",
  mode = "backtest",
  instruments = { A = { tick = 0.01 } },
  data = {
    { symbol = "A", quotes = {
      { "2024-01-02T10:00:01Z", 9.9, 5, 10, 5 },
      { "2024-01-02T10:00:02Z", 9.9, 7, 10, 5 },
      { "2024-01-02T10:00:03Z", 9.9, 7, 10.02, 1 },
      { "2024-01-02T10:00:04Z", 9.9, 7, 10.02, 2 },
      { "2024-01-02T10:00:05Z", 9.9, 7, 10.02, 3 },
    } },
  },
  strategies = {
    { "scripts/tick_play.lua", play = {
      "1 buy 3 id=touch",
      "2 buy 4 id=beyond",
      "3 buy 3 id=ioc type=limit limit_price=10.02 time_in_force=ioc",
      "4 buy 3 id=fok type=limit limit_price=10.02 time_in_force=fok",
      "4 buy 3 id=whole time_in_force=fok",
      "5 sell 9 id=out",
      "5 position 11",
    } },
  },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "touch", qty = 3, price = 10, ts = "2024-01-02T10:00:01Z" },
      { client_order_id = "beyond", qty = 2, price = 10, ts = "2024-01-02T10:00:02Z" }, -- 2 are left of it
      { client_order_id = "beyond", qty = 2, price = 10.01 },
      { client_order_id = "ioc", qty = 1, price = 10.02 },
      { client_order_id = "whole", qty = 2, price = 10.02 },
      { client_order_id = "whole", qty = 1, price = 10.03 },
      { client_order_id = "out", qty = 7, price = 9.9, ts = "2024-01-02T10:00:05Z" },
      { client_order_id = "out", qty = 2, price = 9.89 },
    })
    expect.orders(result, {
      { client_order_id = "touch", status = "filled" },
      { client_order_id = "beyond", status = "filled" },
      { client_order_id = "ioc", status = "canceled", filled_qty = 1, code = "IOC_REMAINDER" },
      { client_order_id = "fok", status = "canceled", filled_qty = 0, code = "FOK_KILLED" },
      { client_order_id = "whole", status = "filled" },
      { client_order_id = "out", status = "filled" },
    })
  end,
}
