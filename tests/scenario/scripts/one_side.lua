--- Takes a position at the first bar and closes its own book at bar 'leave_at'.
local oms = require("oms")

local S = { params = { qty = 10, leave_at = 3 } }

function S:on_bar()
  local p = self.params
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.target("A", p.qty))
  elseif self.n == 2 then
    assert(oms.position("A").qty == p.qty, "the strategy sees its own book")
    assert(oms.position("A", { scope = "account" }).qty == 0, "the account's net is flat")
  elseif self.n == p.leave_at then
    assert(oms.close("A"))
  end
end

return S
