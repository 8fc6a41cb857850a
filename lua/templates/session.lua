--- NAME: accounts, data, venue, rules and strategies of one run. Run it: moondesk run NAME.lua --out out
return {
  name = "NAME",
  mode = "backtest",

  accounts = { { id = "main", type = "margin", cash = 100000 } }, -- or type = "cash"

  -- What is known of the symbols. Without an entry: any price, any quantity, no sessions.
  instruments = {
    -- SPY = { asset_class = "us_equity", tick = 0.01, lot = 1 },
  },

  -- bars, quotes, trades, orders or actions: a file, a list of files, or rows in place in the order of the columns.
  -- A file is looked for beside this session, then in the working folder.
  data = {
    -- { symbol = "SPY", bars = "data/spy.csv.gz", timeframe = "1m", tz = "America/New_York" },
    { symbol = "DEMO", timeframe = "1d", bars = {
      -- ts, open, high, low, close, volume
      { "2024-01-02", 100, 101, 99, 100, 1000 }, { "2024-01-03", 100, 100, 97, 98, 1000 },
      { "2024-01-04", 98, 98, 95, 96, 1000 }, { "2024-01-05", 96, 97, 94, 95, 1000 },
      { "2024-01-08", 95, 98, 95, 98, 1000 }, { "2024-01-09", 98, 102, 98, 101, 1000 },
      { "2024-01-10", 101, 104, 100, 103, 1000 }, { "2024-01-11", 103, 103, 98, 99, 1000 },
      { "2024-01-12", 99, 99, 95, 96, 1000 }, { "2024-01-15", 96, 97, 95, 96, 1000 },
    } },
  },

  -- How orders fill; the defaults are the pessimistic ones.
  venue = { fill = "next_open", commission = { per_share = 0.005, min = 1 }, slippage = { percent = 0.01 } },

  -- Hard limits, checked before the rules.
  limits = { max_order_qty = 1000, max_daily_loss = 5000 },

  -- A file, or a file with its parameters.
  rules = { "rules/price_collar.lua", { "rules/max_position.lua", max = 500 } },
  strategies = { { "strategies/sma_cross.lua", fast = 2, slow = 3, qty = 100 } },

  -- What happens at a time of the market: halts, states, reloads.
  timeline = function(t)
    t:at("2024-01-12T00:00:00Z", function() oms.log.info("equity %.2f", oms.account().equity) end)
  end,

  -- Decides the exit status: a failing assert makes it 1.
  check = function(result)
    assert(result.summary.trades > 0 and result.summary.rejected == 0)
  end,
}
