--- The limits on the flow of orders, and what oms.target makes of max_order_qty; a replacement counts its increase.
local expect = require("lib.expect")

return {
  name = "limits-of-flow",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 },
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) },
  },
  limits = {
    max_order_qty = 40,
    max_open_orders = 2,
    max_orders_per_second = 4,
    max_gross_exposure = 800,
    duplicate_window_s = 90,
  },
  strategies = { "scripts/limits_of_flow.lua" },
  check = function(result)
    local codes = {}
    for _, o in ipairs(result.orders) do
      if o.client_order_id ~= "passed" then
        codes[#codes + 1] = ("%g:%s"):format(o.qty, o.code or o.status)
      end
    end
    expect.equal(table.concat(codes, " "), table.concat({
      "40:filled", "20:filled", -- a target of 60 in slices
      "5:MAX_OPEN_ORDERS",
      "10:filled", "10:DUPLICATE_ORDER", -- within 90 s
      "21:MAX_GROSS_EXPOSURE", -- 70 held
      "1:replaced", "2:replaced", "2:canceled", -- the last replace is refused and makes no row
    }, " "), "codes")
    expect.passed(result)
  end,
}
