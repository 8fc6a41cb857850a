--- Writes seeded market data: minute bars, quotes or trades of a random walk on a cent grid.
-- usage: lua5.4 generate.lua bars|quotes|trades ROWS SEED > FILE
-- Integers only, from splitmix64: the same arguments give the same bytes on every machine.

local DAY_MS = 24 * 60 * 60 * 1000

local function splitmix64(seed)
  local state = seed
  return function()
    state = state + 0x9E3779B97F4A7C15 -- wraps, as the method wants
    local z = state
    z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ~ (z >> 27)) * 0x94D049BB133111EB
    return z ~ (z >> 31)
  end
end

--- Civil date of a number of days since 1970-01-01, by eras of 400 years that begin in March.
local function civil(days)
  local z = days + 719468
  local era = z // 146097
  local day_of_era = z - era * 146097
  local year = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
  local day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
  local shifted = (5 * day_of_year + 2) // 153
  local month = shifted < 10 and shifted + 3 or shifted - 9
  return year + era * 400 + (month <= 2 and 1 or 0), month, day_of_year - (153 * shifted + 2) // 5 + 1
end

local date_cache, date_text = nil, nil

--- ISO 8601 of ms since 1970; the fraction only where 'with_ms' says so.
local function iso(ms, with_ms)
  local days, rest = ms // DAY_MS, ms % DAY_MS
  if days ~= date_cache then
    date_cache, date_text = days, ('%04d-%02d-%02d'):format(civil(days))
  end
  local second = rest // 1000
  local clock = ('%sT%02d:%02d:%02d'):format(date_text, second // 3600, second // 60 % 60, second % 60)
  return with_ms and ('%s.%03dZ'):format(clock, rest % 1000) or clock .. 'Z'
end

local function cents(p)
  return ('%d.%02d'):format(p // 100, p % 100)
end

--- The lowest price of a walk: steps that would go below it turn round.
local FLOOR = 1000

local function step(price, z, shift, mask)
  local moved = price + ((z >> shift) & mask) - ((z >> (shift + 6)) & mask)
  return moved < FLOOR and 2 * FLOOR - moved or moved
end

local START_MS = 946684800000 -- 2000-01-01T00:00:00Z

local function bars(rows, random, write)
  write('ts,open,high,low,close,volume\n')
  local last = 10000
  for i = 0, rows - 1 do
    local z = random()
    local open = step(last, z, 0, 3)
    local close = step(open, z, 12, 31)
    local high = math.max(open, close) + ((z >> 24) & 7)
    local low = math.min(open, close) - ((z >> 27) & 7)
    write(('%s,%s,%s,%s,%s,%d\n'):format(iso(START_MS + i * 60000), cents(open), cents(high), cents(low), cents(close),
      100 + ((z >> 30) & 4095)))
    last = close
  end
end

local function quotes(rows, random, write)
  write('ts,bid,bid_size,ask,ask_size\n')
  local ms, bid = START_MS, 10000
  for _ = 1, rows do
    local z = random()
    ms = ms + ((z >> 40) & 1023)
    bid = step(bid, z, 0, 3)
    write(('%s,%s,%d,%s,%d\n'):format(iso(ms, true), cents(bid), 100 * (1 + ((z >> 16) & 31)),
      cents(bid + 1 + ((z >> 21) & 3)), 100 * (1 + ((z >> 24) & 31))))
  end
end

local function trades(rows, random, write)
  write('ts,price,size\n')
  local ms, price = START_MS, 10000
  for _ = 1, rows do
    local z = random()
    ms = ms + ((z >> 40) & 2047)
    price = step(price, z, 0, 3)
    write(('%s,%s,%d\n'):format(iso(ms, true), cents(price), 1 + ((z >> 16) & 511)))
  end
end

local KINDS = { bars = bars, quotes = quotes, trades = trades }

local function main(kind, rows, seed)
  local write_rows = KINDS[kind]
  rows, seed = math.tointeger(tonumber(rows)), math.tointeger(tonumber(seed))
  if not write_rows or not rows or rows < 0 or not seed then
    io.stderr:write('usage: lua5.4 generate.lua bars|quotes|trades ROWS SEED > FILE\n')
    os.exit(2)
  end
  local out, n = {}, 0
  write_rows(rows, splitmix64(seed), function(line)
    n = n + 1
    out[n] = line
    if n == 4096 then
      io.write(table.concat(out, '', 1, n))
      n = 0
    end
  end)
  io.write(table.concat(out, '', 1, n))
end

main(...)
