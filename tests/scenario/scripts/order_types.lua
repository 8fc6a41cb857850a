--- Gives one order of each type at the first bar.
local oms = require("oms")

local ORDERS = {
  { "buy-limit", "buy", "limit", { limit_price = 97 } },
  { "buy-limit-through", "buy", "limit", { limit_price = 101 } },
  { "sell-limit", "sell", "limit", { limit_price = 103 } },
  { "buy-stop", "buy", "stop", { stop_price = 103 } },
  { "buy-stop-gap", "buy", "stop", { stop_price = 105 } },
  { "sell-stop", "sell", "stop", { stop_price = 97 } },
  { "sell-stop-gap", "sell", "stop", { stop_price = 95.5 } },
  { "buy-stop-limit", "buy", "stop_limit", { stop_price = 103, limit_price = 104 } },
  { "buy-stop-limit-back", "buy", "stop_limit", { stop_price = 103, limit_price = 102 } },
  { "buy-stop-limit-gap", "buy", "stop_limit", { stop_price = 105, limit_price = 105.5 } },
  { "buy-touched", "buy", "market_if_touched", { stop_price = 98 } },
  { "sell-touched", "sell", "market_if_touched", { stop_price = 102 } },
  { "buy-limit-touched", "buy", "limit_if_touched", { stop_price = 97, limit_price = 98 } },
  { "buy-limit-touched-far", "buy", "limit_if_touched", { stop_price = 98, limit_price = 97 } },
  { "sell-trail", "sell", "trailing_stop", { trail_price = 5 } },
  { "sell-trail-percent", "sell", "trailing_stop", { trail_percent = 5 } },
  { "sell-trail-limit", "sell", "trailing_stop_limit", { trail_price = 5, limit_offset = 5 } },
}

local S = {}

function S:on_bar()
  if self.sent then
    return
  end
  self.sent = true
  for _, o in ipairs(ORDERS) do
    local terms = { symbol = "A", side = o[2], qty = 1, type = o[3], time_in_force = "gtc", client_order_id = o[1] }
    for name, value in pairs(o[4]) do
      terms[name] = value
    end
    assert(oms.submit(terms))
  end
end

return S
