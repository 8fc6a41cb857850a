--- Orders of two accounts, of lots, ioc and fok, against one budget a bar.
local oms = require("oms")
local steps = require("steps")

local function give(id, qty, more)
  local terms = { symbol = "A", side = "buy", qty = qty, time_in_force = "gtc", client_order_id = id }
  for k, v in pairs(more or {}) do terms[k] = v end
  return assert(oms.submit(terms))
end

return steps({
  [1] = function() -- 10 % of 1290 are 129, down to the lot 120
    give("limit", 50, { type = "limit", limit_price = 10 })
    give("other", 40, { account = "second" })
    give("fok", 40, { time_in_force = "fok" }) -- 30 are left
    give("ioc", 40, { time_in_force = "ioc" })
    give("none", 10)
  end,
  [2] = function()
    give("stop", 50, { type = "stop", stop_price = 12 }) -- triggers inside a bar with room for 20
  end,
}, { witness = false })
