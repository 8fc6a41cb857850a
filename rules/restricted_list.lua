--- Refuses entries in symbols that may not be traded. Never refuses what reduces: a position that became
--- restricted can be closed.
local R = {
  params = {
    restricted = {}, -- symbols; on the command line with commas between
  },
}

function R:check(order, ctx)
  if ctx.reduces then
    return
  end
  for _, symbol in ipairs(self.params.restricted) do
    if symbol == order.symbol then
      return false, "RESTRICTED_SYMBOL", symbol .. " is on the restricted list"
    end
  end
end

return R
