local S = {}
function S:on_bar(bar)
  os.execute("ls")
end
return S
