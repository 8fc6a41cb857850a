--- The exits of a group: a fill of one makes the other smaller, a whole fill ends it, a loss is mended once.
local oms = require("oms")
local share = require("oms.triggers.share")
local group = oms.group
local X = {}

--- A replace brings an exit back at the size it was asked for: the group's share is cut out anew.
local MOVED = { fill = true, bust = true, correct = true, replaced = true, replace_rejected = true }
local LOST = { canceled = true, expired = true, rejected = true }

--- An end that we asked for, or that a person or script asked for, is no loss; nor is what we refused ourselves: it has
--- never worked.
local function was_asked_for(order)
  return order.canceled_by == "user" or order.canceled_by == "oms" or order.rejected_by == "oms"
end

--- An exit that ended without our request: an alert, and once a new one in its place, with what it had left.
local function mend(order, event)
  oms.alert(("%s of %s ended without our request: %s"):format(group.role(order), order.symbol,
    event.code or event.type))
  if event.type == "expired" or group.rearmed(order) > 0 then return end
  local left = math.floor(order.qty * 1e9 + 0.5) - group.filled(order)
  local rest = math.min(left, share.entered(order) - group.exited(order), math.abs(group.book(order)))
  if rest > 0 then group.rearm(order, rest, true) end
end

function X.on_event(order, event)
  if MOVED[event.type] then
    share.balance(order, nil, "GROUP_FILLED", "the other exit of its group filled")
  elseif LOST[event.type] and not was_asked_for(order) then
    mend(order, event)
  end
end

--- The head of an oco ends with the last of its exits; where they filled it whole the core has ended it already.
function X.end_head(order, event)
  local head = group.head(order)
  if not head.is_open or head.status == "pending_new" then return end
  for _, o in ipairs(group.members(order)) do
    if o ~= head and o.is_open then return end
  end
  group.finish(head, event.code or "NONE", "its exits have ended")
end

return X
