--- Makes sp500_d1.csv from sp500-2000.csv of the npm package vega-datasets (README.md beside this file).
--- Takes the columns by name, leaves out adjclose (an index pays no dividend: it must equal close), keeps every
--- number as it is written. Usage: lua5.4 convert.lua < sp500-2000.csv > sp500_d1.csv
local function fields(line)
  local list = {}
  for field in (line .. ","):gmatch("([^,]*),") do
    list[#list + 1] = field
  end
  return list
end

local lines = io.lines()
local column = {}
for i, name in ipairs(fields(lines())) do
  column[name] = i
end
io.write("ts,open,high,low,close,volume\n")
for line in lines do
  local row = fields(line)
  assert(row[column.adjclose] == row[column.close], "adjusted close differs: " .. line)
  local out = {}
  for i, name in ipairs({ "date", "open", "high", "low", "close", "volume" }) do
    out[i] = assert(row[column[name]], "short line: " .. line)
  end
  io.write(table.concat(out, ","), "\n")
end
