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

--- An exit that ended without our request: an alert, once a new one in its place; the second time, or when its time
--- has run out, the group says that it is unprotected.
local function mend(order, event)
  local rest = math.min(share.entered(order) - group.exited(order), math.abs(group.book(order)))
  if rest <= 0 then return end
  oms.alert(("%s %s of %s ended: %s"):format(group.role(order), order.order_id, order.symbol,
    event.code or event.type))
  if event.type ~= "expired" and group.rearmed(order) == 0 then
    group.rearm(order, math.min(rest, group.asked(order)))
  elseif not share.protected(order) then
    group.unprotected(order)
  end
end

function X.on_event(order, event)
  if MOVED[event.type] then
    share.balance(order, share.entered(order), nil, share.parent_open(order), "GROUP_FILLED",
      "the other exit of its group filled")
  elseif LOST[event.type] and not was_asked_for(order) then
    mend(order, event)
  end
end

return X
