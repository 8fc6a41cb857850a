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
  local entered = share.entered(order)
  local waits = share.parent_open(order)
  if entered == 0 then
    if not waits then
      share.balance(order, 0, nil, false, "PARENT_GONE", "its parent ended unfilled")
    elseif event.type ~= "fill" then -- a bust took the whole entry back
      share.balance(order, 0, nil, true, "TRADE_BUST", "the fill of its parent was busted")
    end
  elseif not (waits and group.trigger_full(order)) then
    share.balance(order, entered, nil, waits, "PARENT_GONE", "its parent ended before it filled so far")
  end
end

return E
