--- Invented prices for the sessions of this folder: seeded random walks on a cent grid, in whole numbers, so that every
--- machine sees the same.
local W = {}

--- A generator of numbers from 0 to 'n' - 1 (a linear congruence, its high bits).
function W.random(seed)
  local state = seed
  return function(n)
    state = (state * 6364136223846793005 + 1442695040888963407) & 0x7fffffffffffffff
    return (state >> 33) % n
  end
end

local function bar(ts, open, high, low, close, volume)
  return { ts, open / 100, high / 100, low / 100, close / 100, volume }
end

--- One bar after 'last' cents, moving by up to 'step' cents and leaning by 'drift'.
local function next_bar(random, ts, last, step, drift)
  local open = last + random(step // 4 + 1) - step // 8
  local close = math.max(open + random(2 * step + 1) - step + drift, 100)
  local high = math.max(open, close) + random(step // 2 + 1)
  local low = math.max(math.min(open, close) - random(step // 2 + 1), 50)
  return bar(ts, open, high, low, close, 1000 + random(9000)), close
end

--- 'n' daily bars from a Monday on, weekdays only. 'drifts': cents a day, each for 'span' days in turn.
function W.days(seed, n, start, step, drifts, span)
  local random, rows, last, day = W.random(seed), {}, start, 0
  while #rows < n do
    if day % 7 < 5 then
      local drift = drifts[#rows // span % #drifts + 1]
      local date = oms.time.iso((oms.time.parse("2018-01-01") + day * 86400 * 1000000000)):sub(1, 10)
      rows[#rows + 1], last = next_bar(random, date, last, step, drift)
    end
    day = day + 1
  end
  return rows
end

--- Minute bars of the regular sessions of 'n' weekdays from 2024-03-11 on (13:30 to 20:00 UTC, summer time).
function W.minutes(seed, n, start, step)
  local random, rows, last = W.random(seed), {}, start
  local first = oms.time.parse("2024-03-11T13:30:00Z")
  for day = 0, n - 1 do
    local drift = random(5) - 2 -- trending days make breakouts
    for minute = 0, 389 do
      local ts = first + (day // 5 * 7 + day % 5) * 86400 * 1000000000 + minute * 60 * 1000000000
      rows[#rows + 1], last = next_bar(random, ts, last, step, minute % 3 == 0 and drift or 0)
    end
  end
  return rows
end

--- 'n' quotes, one to three ticks wide, 100 to 900 shares on each side, some a second apart.
function W.quotes(seed, n, start)
  local random, rows, bid = W.random(seed), {}, start
  local ts = oms.time.parse("2024-03-11T13:30:00Z")
  for i = 1, n do
    ts = ts + (100 + random(1900)) * 1000000
    bid = math.max(bid + random(3) - 1, 100)
    local ask = bid + 1 + random(3)
    rows[i] = { ts, bid / 100, 100 * (1 + random(9)), ask / 100, 100 * (1 + random(9)) }
  end
  return rows
end

--- Trades at the touch of such quotes, a hundredth of a second after each third of them.
function W.trades(seed, quotes)
  local random, rows = W.random(seed), {}
  for i = 3, #quotes, 3 do
    local q, sold = quotes[i], random(2) == 0
    rows[#rows + 1] = { q[1] + 10000000, sold and q[2] or q[4], 100 * (1 + random(12)) }
  end
  return rows
end

return W
