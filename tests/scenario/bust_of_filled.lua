--- A bust takes a fill back from a filled order: the position and the cash go back, the order ends canceled
--- (TRADE_BUST); with works_again it works on.
local expect = require("lib.expect")

return {
  name = "bust-of-filled",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 12, 12, 12, 12 }, { 12, 12, 12, 12 }, { 12, 12, 8, 12 },
      { 12, 12, 12, 12 } }) },
  },
  strategies = { "scripts/bust_of_filled.lua" },
  timeline = function(t)
    -- Fills by hand, so that their execution ids are known here.
    t:at("2024-01-02T10:02:30Z", function()
      oms.inject({ report = "fill", order = "gone", qty = 10, price = 9, execution_id = "X1" })
      oms.inject({ report = "fill", order = "again", qty = 10, price = 9, execution_id = "X2" })
    end)
    t:at("2024-01-02T10:03:30Z", function()
      oms.inject({ report = "bust", order = "gone", busts = "X1", qty = 10, price = 9 })
      oms.inject({ report = "bust", order = "again", busts = "X2", qty = 10, price = 9, works_again = true })
    end)
  end,
  check = function(result)
    expect.orders(result, {
      { client_order_id = "gone", status = "canceled", code = "TRADE_BUST", filled_qty = 0 },
      { client_order_id = "again", status = "filled", filled_qty = 10, filled_avg_price = 9 },
    })
    -- Only the second one holds, bought at 9 in the bar whose low is 8; the last price is 12.
    expect.equal(result.summary.final_equity, 100030, "final equity")
    expect.passed(result)
  end,
}
