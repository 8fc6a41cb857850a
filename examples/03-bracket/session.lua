--- Brackets: an entry whose stop-loss and take-profit work from its fill on, and end each other. A bar may reach
--- both: `bar_path` says which is taken (worst: the stop).
--- Run it: moondesk run examples/03-bracket/session.lua --out out/bracket
return {
  name = "bracket",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = { { symbol = "SPX", bars = "../data/sp500_d1.csv", timeframe = "1d" } },
  venue = { bar_path = "worst", child_fill = "same_bar" },
  strategies = { { "strategies/breakout_bracket.lua", length = 20, stop_percent = 3, target_percent = 6 } },
  check = function(result)
    local exits = { limit = 0, stop = 0 }
    for _, o in ipairs(result.orders) do
      if o.parent_id and o.status == "filled" then
        exits[o.type] = exits[o.type] + 1
      end
    end
    assert(exits.limit == 37 and exits.stop == 51, "a bracket ends by one of its exits")
    assert(result.summary.trades == 88)
    assert(("%.2f"):format(result.summary.final_equity) == "112896.00")
  end,
}
