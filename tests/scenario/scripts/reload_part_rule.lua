--- A rule whose limit stands in a file that it requires.
local part = require("reload_part")

return {
  check = function(_, order)
    if order.qty > part.most then
      return false, "MAX_ORDER_QTY", ("above %d"):format(part.most)
    end
  end,
}
