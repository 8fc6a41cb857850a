--- How the exits of one group share what is left to protect. Stops first: a child arrives stop before limit.
local oms = require("oms")
local group = oms.group
local S = {}

--- The exits in order of creation, and what they have filled in all. Replaced links are not among the members.
local function exits_of(order)
  local stops, targets, filled = {}, {}, 0
  for _, o in ipairs(group.members(order)) do
    local role = group.role(o)
    if role == "stop_loss" or role == "take_profit" then
      local list = role == "stop_loss" and stops or targets
      list[#list + 1] = o
      filled = filled + group.filled(o)
    end
  end
  return stops, targets, filled
end

--- An exit that ended because its share was used up can be made anew when the share comes back: the parent fills
--- on, or a fill is busted. One that somebody cancelled, or that expired, stays gone.
local function can_come_back(o)
  return o.status == "filled" or o.code == "GROUP_FILLED" or o.code == "TRADE_BUST"
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

local function count_open(list)
  local n = 0
  for _, o in ipairs(list) do
    if o.is_open then n = n + 1 end
  end
  return n
end

--- Gives 'rest' to the one exit of its kind; makes it anew where it has ended with its share.
local function set_single(list, rest, may_wait, code, why)
  for _, o in ipairs(list) do set_leaves(o, rest, may_wait, code, why) end
  local last = list[#list]
  if last and rest > 0 and count_open(list) == 0 and can_come_back(last) then group.rearm(last, rest) end
end

--- Several take-profits share in order, each up to what it was asked for; one that has ended keeps what it filled,
--- and what a stop has filled comes off the last one first.
local function set_list(targets, entered, rest, may_wait, code, why)
  local parts, before, sum = {}, 0, 0
  for i, o in ipairs(targets) do
    local asked = o.is_open and group.asked(o) or group.filled(o)
    parts[i] = o.is_open and math.max(0, math.min(entered - before, asked) - group.filled(o)) or 0
    before, sum = before + asked, sum + parts[i]
  end
  for i = #parts, 1, -1 do
    local cut = math.min(parts[i], math.max(0, sum - rest))
    parts[i], sum = parts[i] - cut, sum - cut
  end
  for i, o in ipairs(targets) do set_leaves(o, parts[i], may_wait, code, why) end
end

--- What the group protects before its exits filled: what its parent has filled; in an oco what it was made for.
function S.entered(order)
  local head = group.head(order)
  return group.class(order) == "oco" and group.asked(head) or group.filled(head)
end

--- Whether the parent may still fill.
function S.parent_open(order)
  return group.class(order) ~= "oco" and group.head(order).is_open
end

--- What the exits of the group may take of their owner's book: nothing where it stands on the other side.
local function room(order)
  local book, exit = group.book(order), nil
  for _, o in ipairs(group.members(order)) do
    if group.role(o) ~= "parent" then exit = o break end
  end
  local closes_long = exit and (exit.side == "sell" or exit.side == "sell_short")
  return math.max(0, closes_long and book or -book)
end

--- Brings all exits to their share. 'most' bounds it further, or nil; 'code' and 'why' say how one ends that has no
--- share left.
function S.balance(order, most, code, why)
  local stops, targets, filled = exits_of(order)
  local entered, may_wait = S.entered(order), S.parent_open(order)
  local rest = math.max(0, entered - filled)
  rest = math.min(rest, room(order), most or rest)
  set_single(stops, rest, may_wait, code, why)
  if group.targets(order) > 1 then
    set_list(targets, entered, rest, may_wait, code, why)
  else
    set_single(targets, rest, may_wait, code, why)
  end
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

--- What has no exit although it needs one: left to protect, in the book, and no stop (or, without any, no target).
function S.exposed(order)
  local stops, targets, filled = exits_of(order)
  local list = #stops > 0 and stops or targets
  local rest = math.min(S.entered(order) - filled, room(order))
  return count_open(list) == 0 and math.max(0, rest) or 0
end

return S
