--- Checks that standard input is exactly one JSON value (RFC 8259), and, with names as arguments, that it is an
--- object with these keys in this order. Exit 1 with the place of the first fault.
local text = io.read("a")
local at = 1

local function fail(what)
  io.stderr:write(("json: %s at byte %d\n"):format(what, at))
  os.exit(1)
end

local function space()
  at = text:find("[^ \t\r\n]", at) or #text + 1
end

local function take(pattern)
  local first, last = text:find("^" .. pattern, at)
  if first then
    at = last + 1
    return text:sub(first, last)
  end
end

local function string_value()
  if not take('"') then fail("a string was expected") end
  local first = at
  while not take('"') do
    if not (take('[^"\\%c]') or take('\\["\\/bfnrt]') or take("\\u%x%x%x%x")) then
      fail("a bad character in a string")
    end
  end
  return text:sub(first, at - 2)
end

local function number_value()
  if not (take("%-?0") or take("%-?[1-9]%d*")) then fail("a value was expected") end
  if take("%.") and not take("%d+") then fail("digits were expected") end
  if take("[eE][+-]?") and not take("%d+") then fail("digits were expected") end
end

local value

local function members(close, one)
  space()
  if take(close) then return end
  repeat
    space()
    one()
    space()
  until not take(",")
  if not take(close) then fail("',' or '" .. close:sub(-1) .. "' was expected") end
end

local function object()
  local names = {}
  members("}", function()
    names[#names + 1] = string_value()
    space()
    if not take(":") then fail("':' was expected") end
    space()
    value()
  end)
  return names
end

function value()
  if take("{") then return object() end
  if take("%[") then return members("%]", value) end
  if text:find('^"', at) then return string_value() and nil end
  if not (take("true") or take("false") or take("null")) then number_value() end
end

space()
local names = value()
space()
if at <= #text then fail("more than one value") end
for i, want in ipairs(arg) do
  if not names or names[i] ~= want then
    io.stderr:write(("json: key %d is %s, not %s\n"):format(i, tostring(names and names[i]), want))
    os.exit(1)
  end
end
