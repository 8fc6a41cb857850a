--- A timeline: the market halts a symbol, a rule is made stricter in mid-run, and a faulty version of it is refused
--- while the one that works stays.
--- Run it: moondesk run examples/04-halt-and-reload/session.lua --out out/reload
return {
  name = "halt-and-reload",
  mode = "backtest",
  data = { { symbol = "DEMO", bars = "../data/minute_sample.csv", timeframe = "1m" } },
  rules = { { "rules/max_order.lua", id = "size", max_qty = 1000 } },
  strategies = { "hourly.lua" },
  timeline = function(t)
    t:at("2000-01-01T06:00:00Z", function()
      oms.halt("DEMO", 2 * 3600) -- until 08:00: orders wait, data flows
    end)
    t:at("2000-01-01T12:00:00Z", function()
      local done, reject = oms.reload("size", { with = "faulty.lua" })
      assert(not done and reject.code == "SCRIPT_ERROR", "the rule before it stays")
    end)
    t:at("2000-01-01T18:00:00Z", function()
      assert(oms.reload("size", { with = "strict.lua" }))
    end)
  end,
  check = function(result)
    local after_halt, refused = 0, 0
    for _, fill in ipairs(result.fills) do
      after_halt = after_halt + (fill.ts == oms.time.parse("2000-01-01T08:00:00Z") and 1 or 0)
    end
    for _, o in ipairs(result.orders) do
      refused = refused + (o.code == "MAX_ORDER_QTY" and 1 or 0)
    end
    assert(after_halt == 3, "the orders of 06:00, 07:00 and 08:00 fill at one open")
    assert(#result.orders == 48 and refused == 31, "from 18:00 on each order is too large")
  end,
}
