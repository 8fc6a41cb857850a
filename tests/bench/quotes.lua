--- Hears of every quote and does nothing: what the feed, the venue and the call cost.
local S = {}

function S:on_quote(quote) -- luacheck: ignore 212
end

return S
