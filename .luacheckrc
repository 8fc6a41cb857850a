std = "lua54"
max_line_length = 120
self = false -- callbacks have it whether they use it or not
exclude_files = { "tests/fuzz/corpus/", "lua/meta/" } -- input of tests, right or wrong; generated
for _, folder in ipairs({ "tests/scenario/", "examples/", "lua/templates/session.lua" }) do
  files[folder] = { read_globals = { "oms" } } -- a session has it as a global
end
