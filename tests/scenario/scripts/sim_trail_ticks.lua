--- Trailing orders on a share with a tick of 0.05.
local oms = require("oms")
local steps = require("steps")

local function trail(id, side, more)
  more.symbol, more.side, more.qty, more.type = "A", side, 1, "trailing_stop"
  more.time_in_force, more.client_order_id = "gtc", id
  return assert(oms.submit(more))
end

return steps({
  [1] = function() -- at 10.00
    trail("sell-percent", "sell", { trail_percent = 1.2 }) -- 9.88 -> 9.85
    trail("buy-percent", "buy", { trail_percent = 1.2 }) -- 10.12 -> 10.15
    trail("sell-price", "sell", { trail_price = 0.5 })
  end,
}, { witness = false })
