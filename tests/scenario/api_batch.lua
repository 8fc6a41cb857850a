--- The batch of a callback that fails: its submits and replaces are rejected, its own cancels stand, the cancels that
--- oms.close, oms.target and replaces made for it are dropped and the exits stay. At most 1,000 orders a callback.
local expect = require("lib.expect")

local rows = {}
for i = 1, 9 do
  rows[i] = { 10, 10, 10, 10 }
end

return {
  name = "api-batch",
  mode = "backtest",
  accounts = { { id = "main", cash = 10000000 } },
  data = { { symbol = "A", timeframe = "1m", bars = expect.minutes(rows) } },
  strategies = { { "scripts/api_batch.lua", max_errors = 10 } },
  check = function(result)
    expect.passed(result)
    local codes, many = {}, 0
    for _, o in ipairs(result.orders) do
      if o.code then
        codes[o.code] = (codes[o.code] or 0) + 1
      end
      many = many + (o.code == "TOO_MANY_ORDERS" and 1 or 0)
    end
    expect.equal(codes.SCRIPT_ERROR, 6, "orders of failed callbacks")
    expect.equal(many, 1, "orders beyond the thousandth")
    expect.equal(#result.fills, 1, "fills")
  end,
}
