--- What orders of groups and reduce-only orders do to each other: bracket, oto, oco. The core keeps the groups, this
--- script decides. It runs after every event of such an order, before anything else can fill.
--- The rules are those of the order model, section 5. All quantities here are integers in 1e-9.
local oms = require("oms")
local entry = require("oms.triggers.entry")
local exits = require("oms.triggers.exits")
local reduce = require("oms.triggers.reduce")
local share = require("oms.triggers.share")

local T = {}

--- What may leave more reduce-only quantity than the book holds.
local MOVES_BOOK = { fill = true, bust = true, correct = true, replaced = true, replace_rejected = true }

--- What may leave a group without an exit, or give it one again.
local ENDS = { fill = true, bust = true, correct = true, canceled = true, expired = true, rejected = true }

--- Children that wait for the whole parent protect nothing yet, as was asked for.
local function waits_for_whole(order)
  return oms.group.trigger_full(order) and share.parent_open(order)
end

function T:on_event(order, event)
  local class = oms.group.class(order)
  if class == "oco" then
    if order ~= oms.group.head(order) then exits.on_event(order, event) end
    exits.end_head(order, event)
  elseif class == "bracket" or class == "oto" then
    local handler = order == oms.group.head(order) and entry or exits
    handler.on_event(order, event)
  end
  if MOVES_BOOK[event.type] then
    reduce.on_fill(order)
  end
  if class ~= "simple" and ENDS[event.type] then
    local exposed = share.exposed(order) > 0 and not waits_for_whole(order)
    if exposed ~= oms.group.head(order).unprotected then oms.group.unprotected(order, exposed) end
  end
end

return T
