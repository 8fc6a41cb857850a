--- The parent of a bracket or oto: its fills give its children their size, its end without a fill takes them along.
local oms = require("oms")
local share = require("oms.triggers.share")
local group = oms.group
local E = {}

--- A replace may end the parent at what it has filled.
local CONCERNS = { fill = true, bust = true, correct = true, canceled = true, expired = true, rejected = true,
  replaced = true }

function E.on_event(order, event)
  if not CONCERNS[event.type] then return end
  local waits = share.parent_open(order)
  if waits and group.trigger_full(order) then return end
  if share.entered(order) == 0 and not waits then
    share.balance(order, nil, "PARENT_GONE", "its parent ended unfilled")
  elseif event.type == "bust" then
    share.balance(order, nil, "TRADE_BUST", "the fill of its parent was busted")
  else
    share.balance(order, nil, "PARENT_GONE", "its parent ended before it filled so far")
  end
end

return E
