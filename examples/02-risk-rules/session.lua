--- Risk rules and hard limits: what a too eager strategy is refused, by whom and why. Every refused order is a row
--- of orders.csv with a code and a sentence.
--- Run it: moondesk run examples/02-risk-rules/session.lua --out out/rules

--- Refused orders by code.
local function refusals(orders)
  local count = {}
  for _, o in ipairs(orders) do
    if o.status == "rejected" then
      count[o.code] = (count[o.code] or 0) + 1
    end
  end
  return count
end

return {
  name = "risk-rules",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = { { symbol = "DEMO", bars = "../data/minute_sample.csv", timeframe = "1m" } },
  limits = { max_order_qty = 500 }, -- the hard limits come first, then the rules in their order
  rules = {
    { "rules/price_collar.lua", percent = 0.5 },
    { "rules/max_position.lua", max = 800 },
    { "rules/max_daily_loss.lua", max_loss = 2000 },
  },
  strategies = { "eager.lua" },
  check = function(result)
    local count = refusals(result.orders)
    assert(count.MAX_ORDER_QTY == 76) -- sizes of 550 and 700
    assert(count.PRICE_COLLAR == 28)
    assert(count.MAX_POSITION == 25)
    assert(count.DAILY_LOSS == 14)
    assert(result.summary.orders == 192 and result.summary.rejected == 143)
  end,
}
