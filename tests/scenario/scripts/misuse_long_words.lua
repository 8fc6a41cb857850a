--- Misuse whose message lists an account with a very long name.
local oms = require("oms")

local function raises(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok and message:find(text, 1, true), message)
end

return {
  on_bar = function()
    raises("unknown account 'zzz' (known: ...)", oms.account, "zzz")
    raises("expire_at is out of range", oms.buy, "A", 1,
      { type = "limit", limit_price = 1, time_in_force = "gtd", expire_at = math.mininteger })
    assert(oms.buy("A", 1))
  end,
}
