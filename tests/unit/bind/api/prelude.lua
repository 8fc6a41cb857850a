--- Assertions for the scripts of this folder.
local P = {}

--- 'f' must raise, with a message that holds 'part'.
function P.raises(part, f, ...)
  local ok, text = pcall(f, ...)
  if ok then error("did not raise: " .. part, 2) end
  if not tostring(text):find(part, 1, true) then
    error(("raised: %s\n  in place of: %s"):format(tostring(text), part), 2)
  end
end

function P.same(a, b)
  if a ~= b then error(("%s in place of %s"):format(tostring(a), tostring(b)), 2) end
end

return P
