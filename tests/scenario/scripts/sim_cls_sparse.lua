--- Orders for the close of a share that does not trade in the last minutes.
local oms = require("oms")
local steps = require("steps")

local function give(id, more)
  local terms = { symbol = "A", side = "buy", qty = 60, time_in_force = "cls", client_order_id = id }
  for k, v in pairs(more or {}) do terms[k] = v end
  assert(oms.submit(terms))
end

return steps({
  [1] = function()
    give("market")
    give("limit", { type = "limit", limit_price = 11 })
    give("too-low", { type = "limit", limit_price = 10.99 })
  end,
  [3] = function() give("too-late", { qty = 10 }) end, -- after the last bar of the session has begun
}, { witness = false })
