--- Orders that bars outside the regular session may and may not touch.
local oms = require("oms")
local steps = require("steps")

local function give(id, terms)
  terms.symbol, terms.qty, terms.client_order_id = "A", 1, id
  terms.side = terms.side or "buy"
  return assert(oms.submit(terms))
end

return steps({
  [1] = function() -- given within the session
    give("regular", { type = "limit", limit_price = 9, time_in_force = "gtc" })
    give("extended", { type = "limit", limit_price = 9, time_in_force = "gtc", extended_hours = true })
    give("extended-day", { type = "limit", limit_price = 7, extended_hours = true })
    give("stop", { type = "stop", stop_price = 11, time_in_force = "gtc" })
    give("trail", { type = "trailing_stop", trail_price = 1, side = "sell", time_in_force = "gtc" })
  end,
}, { witness = false })
