--[[
  Grants each claim to the first owner that asks, and to the same owner again. Needs Redis 7 (SET with NX and GET).

  KEYS   one for each claim; all in one hash slot
  ARGV   1 owner; then keepMs for each claim
  Returns 1 for each claim that is granted, 0 for each that another owner holds
]]
local granted = {}
for index = 1, #KEYS do
  local holder = redis.call('SET', KEYS[index], ARGV[1], 'NX', 'GET', 'PX', ARGV[index + 1])
  granted[index] = (not holder or holder == ARGV[1]) and 1 or 0
end
return granted
