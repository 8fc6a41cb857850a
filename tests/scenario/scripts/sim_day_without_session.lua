--- A day order in a symbol without sessions, the same key in two accounts.
local oms = require("oms")
local steps = require("steps")

return steps({
  [1] = function()
    for _, account in ipairs({ "one", "two" }) do
      assert(oms.buy("A", 1, { type = "limit", limit_price = 9, account = account, client_order_id = "key" }))
    end
  end,
}, { witness = false })
