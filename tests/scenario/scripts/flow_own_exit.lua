local oms = require("oms")

local S = {}

function S.on_start()
  oms.at("2024-01-02T10:00:01Z", "order")
end

function S.on_timer()
  assert(oms.sell("A", 1000000, {
    type = "limit",
    limit_price = 95,
    time_in_force = "gtc",
    client_order_id = "entry",
    order_class = "bracket",
    take_profit = { limit_price = 98 }, -- on the wrong side: it would buy from its own entry
    stop_loss = { stop_price = 120 },
  }))
end

return S
