--- Paper trading that clients connect to: recorded minute bars, one a second, and quotes that are pushed through the
--- API; three risk rules judge every order, whoever gives it.
--- Run it: moondesk run examples/paper/session.lua --db desk.db --listen 127.0.0.1:8080
return {
  name = "paper",
  mode = "paper",
  pace = 60, -- seconds of the market in one of ours: a minute bar a second
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  instruments = {
    DEMO = { tick = 0.01 },
    PUSHED = { tick = 0.01 },
  },
  data = {
    { symbol = "DEMO", bars = "../data/minute_sample.csv", timeframe = "1m" },
    { symbol = "PUSHED", quotes = true }, -- rows come from clients with the scope feed
  },
  limits = { max_order_qty = 5000, max_daily_loss = 20000 },
  rules = {
    { "rules/max_order.lua", max_qty = 2000 },
    { "rules/max_position.lua", max = 4000 },
    { "rules/order_rate.lua", max_orders = 1000, seconds = 60 },
  },
  strategies = { { "strategies/sma_cross.lua", fast = 10, slow = 30, symbols = { "DEMO" } } },
}
