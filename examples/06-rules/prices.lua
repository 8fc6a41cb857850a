--- Rows and answers for the sessions of this folder.
local P = {}

--- Minute bars that stand still at each price of the list, from 2024-03-11 09:30 in New York on, a bar a price, or
--- 'minutes' apart.
function P.bars(closes, minutes)
  local rows = {}
  local first = oms.time.parse("2024-03-11T13:30:00Z")
  for i, price in ipairs(closes) do
    rows[i] = { first + (i - 1) * (minutes or 1) * 60 * 1000000000, price, price, price, price, 1000 }
  end
  return rows
end

--- Fails unless that is what became of the orders, refused ones by their code.
function P.expect(result, fates)
  local words = {}
  for i, o in ipairs(result.orders) do
    words[i] = o.status == "rejected" and o.code or o.status
  end
  local got = table.concat(words, " ")
  assert(got == fates, got)
end

return P
