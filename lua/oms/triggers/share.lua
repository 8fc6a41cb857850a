--- How the exits of one group share what is left to protect. Stops first: a child arrives stop before limit.
local oms = require("oms")
local group = oms.group
local S = {}

local EXIT = { take_profit = true, stop_loss = true }

--- The newest order in each exit's place: a replaced or re-armed one stands for its predecessor.
local function exits_of(order)
  local stops, targets = {}, {}
  for _, o in ipairs(group.members(order)) do
    local role = group.role(o)
    if EXIT[role] and o.status ~= "replaced" then
      local list = role == "stop_loss" and stops or targets
      list[#list + 1] = o
    end
  end
  return stops, targets
end

--- What the exits have filled in all.
local function exited(stops, targets)
  local sum = 0
  for _, list in ipairs({ stops, targets }) do
    for _, o in ipairs(list) do sum = sum + group.filled(o) end
  end
  return sum
end

--- Brings one exit to 'leaves': releases it, changes its size, or ends it with 'code'. A held one may wait.
local function set_leaves(o, leaves, may_wait, code, why)
  if not o.is_open then return end -- one whose cancel is out can still fill
  if leaves > 0 and o.status == "held" then
    if group.held_by(o) == "parent" then group.release(o, leaves) end
  elseif leaves > 0 then
    if group.leaves(o) ~= leaves then group.resize(o, group.filled(o) + leaves) end
  elseif o.status ~= "held" or not may_wait then
    group.finish(o, code, why)
  end
end

--- Take-profits share 'rest' in order, each up to what it was asked for; a single one takes all.
local function split(targets, entered, rest)
  local parts, before, sum = {}, 0, 0
  for i, o in ipairs(targets) do
    local total = #targets == 1 and entered or math.max(0, math.min(entered - before, group.asked(o)))
    before = before + group.asked(o)
    parts[i] = math.max(0, total - group.filled(o))
    if not o.is_open then parts[i] = 0 end
    sum = sum + parts[i]
  end
  for i = #parts, 1, -1 do -- what a stop has filled comes off the last target first
    local cut = math.min(parts[i], math.max(0, sum - rest))
    parts[i], sum = parts[i] - cut, sum - cut
  end
  return parts
end

--- 'entered' is what the group is to protect before its exits filled; 'most' an upper bound (the book), or nil;
--- 'may_wait': held exits without a share stay held, because the parent may still fill.
function S.balance(order, entered, most, may_wait, code, why)
  local stops, targets = exits_of(order)
  local rest = math.max(0, entered - exited(stops, targets))
  if most then rest = math.min(rest, most) end
  for _, o in ipairs(stops) do set_leaves(o, rest, may_wait, code, why) end
  local parts = split(targets, entered, rest)
  for i, o in ipairs(targets) do set_leaves(o, parts[i], may_wait, code, why) end
end

--- What the group protects: what its parent has filled; in an oco what its exits were made for.
function S.entered(order)
  local head = group.head(order)
  if group.class(order) == "oco" then return group.asked(head) end
  local sum = 0
  for _, o in ipairs(group.members(order)) do
    if group.role(o) == "parent" and o.status ~= "replaced" then sum = sum + group.filled(o) end
  end
  return sum
end

--- Whether the parent may still fill.
function S.parent_open(order)
  for _, o in ipairs(group.members(order)) do
    if group.role(o) == "parent" and o.is_open then return true end
  end
  return false
end

--- What the group still holds of the book: the largest of its working exits.
function S.claim(order)
  local stops, targets = exits_of(order)
  local stop, target = 0, 0
  for _, o in ipairs(stops) do
    if o.status ~= "held" then stop = math.max(stop, group.leaves(o)) end
  end
  for _, o in ipairs(targets) do
    if o.status ~= "held" then target = target + group.leaves(o) end
  end
  return math.max(stop, target)
end

--- Whether some stop (or, without any, some target) still works for the group.
function S.protected(order)
  local stops, targets = exits_of(order)
  local list = #stops > 0 and stops or targets
  for _, o in ipairs(list) do
    if o.is_open then return true end
  end
  return false
end

return S
