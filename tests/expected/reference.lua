--- A small, slow simulator, written from the rules of the simulated venue alone: one symbol, bars, whole fills. It
--- shares no code with the program and is compared with it on random scripts (random.lua).
--- Prices are integers in 1e-9, quantities whole numbers, `at` and `bar` are indexes of bars.
--- `config.sessions` (pre_open, open, close, post_close) makes the symbol one with a calendar, `config.participation`
--- (in 1e-9 of the volume) lets orders fill in parts.
--- With `config.cash` (1e-9), `config.leverage` and `config.ppm` buying power is kept and orders are refused.
--- Leaves out: buying power of groups, of replaces and of partial fills; lists of take-profits.
local M = {}

local function ceil_div(a, b) return -((-a) // b) end

--- a x b / c upwards, without leaving 64 bits on the way.
local function mul_div_ceil(a, b, c) return a // c * b + ceil_div(a % c * b, c) end

local function is_buy(o) return o.side == "buy" end

--- What an order waits for: "market", "limit", or a trigger ("stop", "touch") with or without a limit behind it.
local SHAPE = {
  market = "market", limit = "limit", stop = "stop", stop_limit = "stop", trailing_stop = "stop",
  trailing_stop_limit = "stop", market_if_touched = "touch", limit_if_touched = "touch",
}
local ENDS_AS_LIMIT = { stop_limit = true, trailing_stop_limit = true, limit_if_touched = true }
local SLIPS = { market = true, stop = true, trailing_stop = true, market_if_touched = true }

local function reaches_up(o) return (o.shape == "stop") == is_buy(o) end

--- Whether the price satisfies what the order waits for.
local function passes(o, price)
  if o.shape == "limit" then
    if is_buy(o) then return price <= o.limit end
    return price >= o.limit
  end
  if reaches_up(o) then return price >= o.stop end
  return price <= o.stop
end

local function level(o) return o.shape == "limit" and o.limit or o.stop end

--- The best price of the bar for what the order waits for.
local function extreme(o, bar)
  if o.shape == "limit" then return is_buy(o) and bar.low or bar.high end
  return reaches_up(o) and bar.high or bar.low
end

--- A run: `bars` and `config` are given, the rest is its state.
local Run = {}
Run.__index = Run

local PERCENT = 100000000 -- percentages are in 1e-6, per hundred

function Run:trail_stop(o, price)
  -- away from the market: a buy's stop up, a sell's stop down, so the distance up in both
  local distance = o.trail_price or mul_div_ceil(price, o.trail_percent, PERCENT)
  local tick = self.config.tick or 1
  return is_buy(o) and ceil_div(price + distance, tick) * tick or (price - distance) // tick * tick
end

--- As passes, but bars outside the regular session trigger nothing.
function Run:acts(o, price)
  return (o.shape == "limit" or not self.outside) and passes(o, price)
end

local RESTS = { day = true, gtc = true, gtd = true }

local function rests(o) return RESTS[o.tif or "gtc"] end

function Run:slipped(o, price)
  local pct = self.config.slippage
  if not SLIPS[o.type] or pct == 0 then return price end
  local away = mul_div_ceil(price, pct, PERCENT)
  return is_buy(o) and price + away or price - away
end

--- Puts the order among those that work, behind all that are there.
function Run:arrive(o, last)
  self.arrivals = self.arrivals + 1
  o.rank = self.arrivals
  o.shape, o.triggered, o.trail_done = SHAPE[o.type], nil, nil
  o.status = "new"
  o.left = o.qty
  o.arrived = self.bar.finish
  if o.trail_price or o.trail_percent then o.stop = self:trail_stop(o, last) end
  self.working[#self.working + 1] = o
end

function Run:finish(o, status)
  o.status = status
  for i, w in ipairs(self.working) do
    if w == o then table.remove(self.working, i) return end
  end
end

--- Turns a triggered order into what it becomes.
local function trigger(o, now)
  o.triggered = now
  if o.type == "trailing_stop_limit" then
    o.limit = is_buy(o) and o.stop + o.limit_offset or o.stop - o.limit_offset
  end
  o.shape = ENDS_AS_LIMIT[o.type] and "limit" or "market"
  o.trail_done = true
end

--- Traded value in 1e-9 with its commission.
local function with_commission(value, ppm) return value + (value * ppm + 500000) // 1000000 end

--- Multiplier x equity - gross position value - what the open orders reserve, positions at the last close.
function Run:buying_power()
  local value, reserved = self.position * self.mark, 0
  for _, o in pairs(self.orders) do
    if o.status == "sent" or o.status == "new" then reserved = reserved + o.reserve end
  end
  return self.config.leverage * (self.cash + value) - math.abs(value) - reserved
end

--- What the order opens beyond the position and the working orders of its side; true when it can be paid.
function Run:accepts(o)
  local working, against = 0, is_buy(o) and -self.position or self.position
  for _, other in pairs(self.orders) do
    if (other.status == "sent" or other.status == "new") and other.side == o.side then working = working + other.qty end
  end
  local opens = math.min(o.qty, math.max(0, working + o.qty - math.max(0, against)))
  o.reserve = with_commission(opens * (o.limit or o.stop or self.mark), self.config.ppm)
  return opens == 0 or o.reserve <= self:buying_power()
end

--- At the fill the closing part is booked first; what then opens has to be paid whole.
function Run:can_pay(o, price)
  local against = math.max(0, is_buy(o) and -self.position or self.position)
  if o.qty <= against then return true end
  local gain = (is_buy(o) and self.mark - price or price - self.mark) * against
  local power = self:buying_power() + o.reserve + against * self.mark + self.config.leverage * gain
  local whole = (o.qty * price * self.config.ppm + 500000) // 1000000
  return (o.qty - against) * price + whole <= power
end

function Run:book(o, price)
  local qty = is_buy(o) and o.qty or -o.qty
  self.position = self.position + qty
  self.cash = self.cash - qty * price - (o.qty * price * self.config.ppm + 500000) // 1000000
end

--- `where`: "open", "inside" or "close"; `leg` on a path.
function Run:fill(o, price, where, leg)
  local paid = self:slipped(o, price)
  local qty = math.min(o.left, self.budget)
  if qty < o.left and o.tif == "fok" then qty = 0 end
  o.turn = self.now
  if qty == 0 then return end
  if self.cash then
    if not self:can_pay(o, paid) then return self:finish(o, "unpaid") end
    self:book(o, paid)
  end
  self.budget, o.left = self.budget - qty, o.left - qty
  self.fills[#self.fills + 1] = { id = o.id, side = o.side, qty = qty, price = paid, bar = self.budget_of }
  if o.left == 0 then self:finish(o, "filled") end
  if o.group then self:balance(o, qty, paid, { bar = self.now, where = where, leg = leg, price = price }) end
end

--- Another order in the place of an exit that has ended; what is under way is meant for the one before.
function Run:again(child)
  local new = { type = child.type, side = child.side, id = child.id, role = child.role, group = child.group,
    limit = child.limit, stop = child.stop, trail_price = child.trail_price, trail_percent = child.trail_percent,
    status = "held" }
  if child.type == "trailing_stop" then new.stop = nil end
  child.group[child.role], self.orders[child.id] = new, new
  return new
end

--- After a fill of `qty` in a group: its exits work for what the parent has filled and they have not. One that ended
--- with its share comes back when the parent fills on.
function Run:balance(o, qty, paid, entered)
  local group = o.group
  local sign = o.role == "parent" and 1 or -1
  group.rest = (group.rest or o.role ~= "parent" and o.left + qty or 0) + sign * qty
  if o.role == "parent" then group.entered_any = true end
  for _, name in ipairs({ "stop_loss", "take_profit" }) do -- stop before limit
    local child = group[name]
    if child and child.status == "new" then
      if group.rest > 0 then child.left = group.rest else self:finish(child, "filled") end
    elseif child and group.rest > 0 and (child.status == "held" or child.status == "filled") then
      if child.status == "filled" then child = self:again(child) end
      child.qty = group.rest
      self:arrive(child, paid)
      child.entered = entered
      child.first_bar = self.now + (self.config.child_fill == "same_bar" and entered.where ~= "close" and 0 or 1)
    end
  end
end

--- The parent has ended without a fill: its exits go with it.
local function leave_exits(o)
  if o.role ~= "parent" or o.entered_any then return end
  for _, name in ipairs({ "stop_loss", "take_profit" }) do
    if o[name] then o[name].status = "canceled" end
  end
end

local function by_rank(a, b) return a.rank < b.rank end

--- The working orders that this bar may match, oldest first.
function Run:candidates()
  local list = {}
  if self.halted then return list end
  for _, o in ipairs(self.working) do
    if o.first_bar <= self.now and (o.extended or not self.outside) then list[#list + 1] = o end
  end
  table.sort(list, by_rank)
  return list
end

--- What may not rest ends after its one try.
function Run:try_once(o, price, where)
  if o.shape == "market" or passes(o, price) then self:fill(o, price, where, 4) end
  if o.status == "new" then self:finish(o, "ended") end
end

--- Whether the order takes part in the open: opg only in the first bar of a session that it waited for.
function Run:meets_open(o)
  if o.tif == "cls" then return false end
  return o.tif ~= "opg" or (not self.outside and self.session and o.arrived <= self.session.open)
end

--- Under "worst": the group's stop, when the bar can reach it, stands before its limit.
function Run:stop_before(o)
  local stop = o.role == "take_profit" and o.group.stop_loss
  if not stop or stop.status ~= "new" or stop.first_bar > self.now then return nil end
  if stop.shape == "market" or stop.triggered == self.now or passes(stop, extreme(stop, self.bar)) then return stop end
end

--- The open matches again and again in order of arrival, because children join it.
function Run:match_open()
  local open, done = self.bar.open, {}
  local again = true
  while again do
    again = false
    for _, o in ipairs(self:candidates()) do
      local inside = o.entered and o.entered.bar == self.now and o.entered.where ~= "open"
      if not done[o] and not inside and self:meets_open(o) then
        done[o] = true
        if not rests(o) then
          self:try_once(o, open, "open")
          again = true
          break
        end
        if o.shape ~= "market" and o.shape ~= "limit" and self:acts(o, open) then trigger(o, self.now) end
        local stands_back = self.config.bar_path == "worst" and o.shape == "limit" and self:stop_before(o)
        if o.shape == "market" or (o.shape == "limit" and passes(o, open) and not stands_back) then
          self:fill(o, open, "open", 1)
          again = true
          break
        end
      end
    end
  end
end

--- One order inside a bar of which only open, high, low and close are believed.
function Run:match_worst(o, done)
  if done[o] or o.status ~= "new" or o.shape == "market" then return end
  local entered_inside = o.entered and o.entered.bar == self.now and o.entered.where == "inside"
  if entered_inside and o.role ~= "stop_loss" then return end
  local bar = self.bar
  if o.shape == "limit" then
    done[o] = true
    if not passes(o, extreme(o, bar)) then return end
    local stop = self:stop_before(o)
    if stop then return self:match_worst(stop, done) end
    return self:fill(o, o.limit, "inside")
  end
  done[o] = true
  if not self:acts(o, extreme(o, bar)) then return end
  local price = o.stop
  if entered_inside and passes(o, o.entered.price) then price = o.entered.price end
  local comes_back = o.shape == "stop"
  trigger(o, self.now)
  if o.shape == "market" then return self:fill(o, price, "inside") end
  local limit = is_buy(o) and o.limit >= price or (not is_buy(o) and o.limit <= price)
  if limit then return self:fill(o, price, "inside") end
  if passes(o, comes_back and bar.close or extreme(o, bar)) then self:fill(o, o.limit, "inside") end
end

function Run:path()
  local b, path = self.bar, self.config.bar_path
  local low_first = path == "olhc" or (path == "adaptive" and b.open - b.low <= b.high - b.open)
  if low_first then return { b.open, b.low, b.high, b.close } end
  return { b.open, b.high, b.low, b.close }
end

--- Walks from point to point; at each step the nearest thing that happens comes next.
function Run:match_path()
  local points = self:path()
  for leg = 2, 4 do
    local from, to = points[leg - 1], points[leg]
    while true do
      local best, at
      for _, o in ipairs(self:candidates()) do
        local p
        if o.shape == "market" or o.turn == self.now or not rests(o) then p = nil
        elseif self:acts(o, from) then p = from
        elseif self:acts(o, to) then p = level(o) end
        if p and (not best or math.abs(p - from) < math.abs(at - from)) then best, at = o, p end
      end
      if not best then break end
      from = at
      if best.shape ~= "limit" then
        trigger(best, self.now)
        if best.shape == "market" or passes(best, at) then self:fill(best, at, "inside", leg) end
      else
        self:fill(best, at, "inside", leg)
      end
    end
  end
end

function Run:follow(o)
  local bar, e = self.bar, o.entered
  if self.config.trail_on == "close" then return bar.close end
  local better = is_buy(o) and math.min or math.max
  if not e or e.bar ~= self.now or e.where == "open" then return is_buy(o) and bar.low or bar.high end
  local price = better(e.price, bar.close) -- only what came after the entry
  if self.config.bar_path ~= "worst" and e.leg then
    local points = self:path()
    for leg = e.leg, 4 do price = better(price, points[leg]) end
  end
  return price
end

function Run:move_trails()
  if self.outside or self.halted then return end
  for _, o in ipairs(self.working) do
    local own = o.entered and o.entered.bar == self.now
    if (o.trail_price or o.trail_percent) and not o.trail_done and (o.first_bar <= self.now or own) then
      local stop = self:trail_stop(o, self:follow(o))
      o.stop = is_buy(o) and math.min(o.stop, stop) or math.max(o.stop, stop)
    end
  end
end

local function bar_index(o, session, run)
  local i = run.last_regular
  return i and o.first_bar <= i and run.sessions_of[i] == session and not run.halted and i
end

--- What ends with a session: cls orders meet the close of its last bar, everything else expires.
function Run:end_sessions(until_ts)
  local list = {}
  for _, o in ipairs(self.working) do
    if o.ends and o.ends <= until_ts then list[#list + 1] = o end
  end
  table.sort(list, by_rank)
  for _, o in ipairs(list) do
    local i = o.tif == "cls" and bar_index(o, o.session, self)
    if i then self:try_once(o, self.bars[i].close, "close") end
    if o.status == "new" then self:finish(o, "expired") end
  end
end

function Run:expire()
  for _, o in ipairs({ table.unpack(self.working) }) do -- also over a halt
    if o.expire_at and o.expire_at < self.bar.ts then
      self:finish(o, "expired")
      leave_exits(o)
    end
  end
end

--- Under this_close: what has just arrived takes the close of the bar that completed now.
function Run:match_fresh()
  local list = self.fresh
  self.fresh = {}
  for _, o in ipairs(list) do
    local halted = self.halted or self:halted_at(self.bar.finish or self.bar.ts)
    if o.status == "new" and (o.extended or not self.outside) and not halted then
      if rests(o) then self:fill(o, self.bar.close, "close") else self:try_once(o, self.bar.close, "close") end
    end
  end
end

function Run:halted_at(ts)
  for _, h in ipairs(self.config.halts or {}) do
    if ts >= h.from and ts < h.until_ts then return true end
  end
  return false
end

--- The session that a bar at `ts` belongs to, and whether it is the regular part of it.
function Run:look_at_clock()
  local sessions, ts = self.config.sessions, self.bar.ts
  self.session, self.outside = nil, sessions ~= nil
  self.halted = self:halted_at(ts)
  for _, s in ipairs(sessions or {}) do
    if ts >= s.open and ts < s.close then self.session, self.outside = s, false end
  end
  self.budget, self.budget_of = math.maxinteger, self.now
  if self.config.participation then self.budget = self.bar.volume * self.config.participation // 1000000000 end
  if sessions and not self.outside then self.last_regular, self.sessions_of[self.now] = self.now, self.session end
end

function Run:match_close()
  if not self.session or self.bar.finish < self.session.close then return end
  for _, o in ipairs(self:candidates()) do
    if o.tif == "cls" then self:try_once(o, self.bar.close, "close") end
  end
end

function Run:match_bar()
  self:end_sessions(self.bar.ts) -- with the budget of the bar before
  self:look_at_clock()
  self:expire()
  self:match_open()
  if self.config.bar_path == "worst" then
    local done = {}
    local again = true
    while again do -- children that come in are behind all others
      again = false
      for _, o in ipairs(self:candidates()) do
        if not done[o] and o.shape ~= "market" and rests(o) then
          local before = #self.fills
          self:match_worst(o, done)
          done[o] = true
          if #self.fills ~= before then again = true break end
        end
      end
    end
  else
    self:match_path()
  end
  self:match_close()
  self:move_trails()
  self:end_sessions(self.bar.finish)
end

--- What the script asks for arrives `delay` bars later; `act` is its deed then.
function Run:send(act)
  self.travel[#self.travel + 1] = { left = self.config.delay, act = act }
end

local function open(o) return o.status == "new" or o.status == "sent" end

local BY_SESSION = { day = true, opg = true, cls = true }

--- With which session the order ends: the next one that has not closed, of opg that has not opened.
function Run:choose_session(o)
  if not BY_SESSION[o.tif] then return end
  for _, s in ipairs(self.config.sessions or {}) do
    local last = o.extended and s.post_close or s.close
    if last > self.bar.finish and (o.tif ~= "opg" or s.open >= self.bar.finish) then
      o.ends, o.session = last, s
      return
    end
  end
end

function Run:submit(o)
  if self.cash and not self:accepts(o) then return end
  o.status = "sent"
  self:choose_session(o)
  self.orders[o.id] = o
  if o.stop_loss or o.take_profit then
    o.role, o.group = "parent", o
    for _, name in ipairs({ "stop_loss", "take_profit" }) do
      if o[name] then
        o[name].role, o[name].group, o[name].id, o[name].status = name, o, o.id .. "/" .. name, "held"
        self.orders[o[name].id] = o[name]
      end
    end
  end
  self:send(function()
    self:arrive(o, self.bar.close)
    o.first_bar = self.now + 1
    local at_once = o.tif == "ioc" or o.tif == "fok"
    if self.config.fill == "this_close" and (at_once or (o.type == "market" and rests(o))) then
      self.fresh[#self.fresh + 1] = o
    end
  end)
end

--- Both exits of an oco work at once; the caller sees to it that there is a position of their size.
function Run:submit_oco(id, stop_loss, take_profit)
  local group = { stop_loss = stop_loss, take_profit = take_profit }
  for name, o in pairs(group) do
    o.role, o.group, o.id, o.status = name, group, id .. "/" .. name, "sent"
    self.orders[o.id] = o
  end
  self:send(function()
    for _, o in ipairs({ take_profit, stop_loss }) do -- in order of creation
      self:arrive(o, self.bar.close)
      o.first_bar = self.now + 1
    end
  end)
end

--- A working order, as the script sees it: what has been triggered keeps its stop.
function Run:replace(o, changes)
  if o.status == "held" then -- nobody else has seen it
    o.limit, o.stop = changes.limit or o.limit, changes.stop or o.stop
  end
  if not open(o) or o.replacing or o.canceling then return end
  if changes.qty and o.left and changes.qty < o.qty - o.left then return end -- less than has filled: refused
  if changes.stop and o.triggered then return end
  o.replacing = true
  self:send(function()
    o.replacing = nil
    if o.status ~= "new" then return end
    local limit, stop, qty = changes.limit or o.limit, changes.stop or o.stop, changes.qty or o.qty
    local keeps_place = limit == o.limit and stop == o.stop and qty <= o.qty
    if not o.group or o.role == "parent" then o.left = qty - (o.qty - o.left) end
    o.limit, o.stop, o.qty = limit, stop, qty
    if o.left <= 0 then return self:finish(o, "filled") end
    if not keeps_place then
      self.arrivals = self.arrivals + 1
      o.rank, o.first_bar = self.arrivals, self.now + 1
    end
  end)
end

function Run:cancel(o)
  if o.status == "held" then o.status = "canceled" end
  if not open(o) or o.canceling then return end
  o.canceling = true
  self:send(function()
    o.canceling = nil
    if o.status ~= "new" then return end
    self:finish(o, "canceled")
    leave_exits(o)
  end)
end

function Run:deliver()
  local list = self.travel
  self.travel = {}
  for _, r in ipairs(list) do
    if r.left == 0 then
      r.act()
    else
      self.travel[#self.travel + 1] = r
    end
  end
  self:match_fresh()
end

--- `actions[i]`: what the script does at the close of bar i.
function M.run(bars, actions, config)
  local run = setmetatable({ config = config, bars = bars, sessions_of = {}, budget = 0,
    cash = config.cash, position = 0, mark = 0,
    working = {}, fills = {}, orders = {}, travel = {}, fresh = {}, arrivals = 0 }, Run)
  for i, bar in ipairs(bars) do
    run.now, run.bar = i, bar
    run:match_bar()
    run.mark = bar.close
    for _, r in ipairs(run.travel) do r.left = r.left - 1 end
    run:deliver()
    for _, a in ipairs(actions[i] or {}) do
      local o = run.orders[a.id]
      if a.op == "submit" then
        run:submit(a.order)
      elseif a.op == "oco" then
        run:submit_oco(a.id, a.stop_loss, a.take_profit)
      elseif o and a.op == "cancel" then
        run:cancel(o)
      elseif o and a.op == "replace" then
        run:replace(o, a.changes)
      end
    end
    run:deliver()
  end
  return run.fills, run.orders
end

--- Round trips of the fills, oldest lot first; open lots come last. Commission: `ppm` of the traded value of each
--- fill in 1e-6 of money, split by quantity, the remainder on the last line.
function M.trades(fills, ppm)
  local lines, lots = {}, {}
  for _, f in ipairs(fills) do
    local value = (f.price * f.qty + 500) // 1000
    local part = { fill = f, left = f.qty, size = f.qty, total = (value * ppm + 500000) // 1000000 }
    part.rest = part.total
    local function take(p, qty)
      local share = qty == p.left and p.rest or p.total * qty // p.size
      p.left, p.rest = p.left - qty, p.rest - share
      return share
    end
    while part.left > 0 and lots[1] and lots[1].fill.side ~= f.side do
      local lot = lots[1]
      local qty = math.min(lot.left, part.left)
      local long = lot.fill.side == "buy"
      local gain = (f.price - lot.fill.price) * (long and qty or -qty)
      local commission = take(lot, qty) + take(part, qty)
      lines[#lines + 1] = { side = long and "long" or "short", entry = lot.fill, exit = f, qty = qty,
        commission = commission, gain = gain }
      if lot.left == 0 then table.remove(lots, 1) end
    end
    if part.left > 0 then lots[#lots + 1] = part end
  end
  for _, lot in ipairs(lots) do
    lines[#lines + 1] = { side = lot.fill.side == "buy" and "long" or "short", entry = lot.fill, qty = lot.left,
      commission = lot.rest }
  end
  return lines
end

return M
