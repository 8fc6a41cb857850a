--- Denies with a code of its parameter whatever comes to it, or only orders of one tag.
local R = { params = { code = "MAX_ORDER_QTY", tag = "" } }

function R:check(order)
  if self.params.tag == "" or order.tag == self.params.tag then
    return false, self.params.code, "denied by a rule of " .. order.account
  end
  if order.tag == "ask-denied" then
    return false, self.params.code, "a later rule denies"
  end
end

return R
