local rows = {}
for i = 1, 1500 do
  local price = 10 + (i * 7919 % 101) / 100
  rows[i] = { (1704189600 + i * 60) * 1000000000, price, price + 1, price - 1, price, 100 }
end
return { { symbol = "X", timeframe = "1m", bars = rows } }
