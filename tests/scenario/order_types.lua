--- One order of each type, given at a close of 100, against bars that pass, gap up and gap down (bar_path worst).
local expect = require("lib.expect")

local SECOND, THIRD, FOURTH = "2024-01-02T10:01:00Z", "2024-01-02T10:02:00Z", "2024-01-02T10:03:00Z"

return {
  name = "order-types",
  mode = "backtest",
  accounts = { { id = "main", cash = 100000 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 100, 100, 100, 100 },
      { 100, 104, 96, 101 },
      { 106, 107, 105, 106 },
      { 95, 96, 90, 92 },
      { 92, 92, 92, 92 } }) },
  },
  strategies = { "scripts/order_types.lua" },
  check = function(result)
    local want = {
      { "buy-limit", 97, SECOND }, -- passed inside
      { "buy-limit-through", 100, SECOND }, -- the open is better than 101
      { "sell-limit", 103, SECOND },
      { "buy-stop", 103, SECOND },
      { "buy-stop-gap", 106, THIRD }, -- opens beyond 105
      { "sell-stop", 97, SECOND },
      { "sell-stop-gap", 95, FOURTH }, -- 95.5 was passed at the open
      { "buy-stop-limit", 103, SECOND }, -- triggered inside, the limit of 104 takes the stop's price
      { "buy-stop-limit-back", 102, SECOND }, -- the close of 101 shows that the path came back
      { "buy-stop-limit-gap", 105.5, THIRD }, -- a limit from the open of 106 on
      { "buy-touched", 98, SECOND },
      { "sell-touched", 102, SECOND },
      { "buy-limit-touched", 97, SECOND }, -- the limit of 98 takes the price of the touch
      { "buy-limit-touched-far", 97, SECOND }, -- touched at 98, rests at 97
      { "sell-trail", 95, FOURTH }, -- stop 95, then 96 and 101 by the closes; opens below
      { "sell-trail-percent", 95, FOURTH }, -- the same as five percent: 95, 95.95, 100.7
      { "sell-trail-limit", 96, FOURTH }, -- stop 101, limit 96 fixed there: the high reaches it
    }
    local rows, bars = {}, {}
    for i, w in ipairs(want) do
      rows[i] = { client_order_id = w[1], status = "filled", filled_avg_price = w[2], filled_qty = 1 }
      bars[w[1]] = oms.time.parse(w[3])
    end
    expect.orders(result, rows)
    for _, fill in ipairs(result.fills) do
      expect.equal(fill.ts, bars[fill.client_order_id], "bar of " .. fill.client_order_id)
    end
  end,
}
