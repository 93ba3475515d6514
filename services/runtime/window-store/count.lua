--[[
  Adds a batch of matches to their windows, then judges each of them: WindowVerdict in window-store.ts.
  Members and their order: member-key.ts. Times are compared as text; doubles cannot hold nanoseconds.

  KEYS   two for each window w from 1: KEYS[2w-1] members, KEYS[2w] triggers; all in one hash slot
  ARGV   1 windowMembersMax  2 membersMax  3 trimAbove
         then for each window: keepMs, horizon in whole seconds, horizon's rest in ns
         then for each operation: window, member, from, to, runFrom, atLeast
  Returns for each operation: {trigger 0|1, runStart 0|1, count, capped 0|1, members newest first}
]]
local windowMembersMax = tonumber(ARGV[1])
local membersMax = tonumber(ARGV[2])
local trimAbove = tonumber(ARGV[3])
local windows = #KEYS / 2
local firstOperation = 4 + windows * 3
local operationSize = 6

-- The time of a member less the horizon, as text; split at the seconds, so that both halves fit a double.
local function cutBefore(member, seconds, nanos)
  local whole = tonumber(string.sub(member, 1, 11)) - seconds
  local rest = tonumber(string.sub(member, 12, 20)) - nanos
  if rest < 0 then
    whole = whole - 1
    rest = rest + 1000000000
  end
  if whole < 0 then return string.rep('0', 20) end
  return string.format('%011d%09d', whole, rest)
end

-- The size of the window, and whether anything could have been taken from it just now.
local function trim(window)
  local members, triggers = KEYS[window * 2 - 1], KEYS[window * 2]
  local size = redis.call('ZCARD', members)
  if size <= trimAbove then return size, false end
  local middle = math.floor((size - 1) / 2)
  local median = redis.call('ZRANGE', members, middle, middle)[1]
  local at = 4 + (window - 1) * 3
  local cut = '(' .. cutBefore(median, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]))
  local cutOff = redis.call('ZREMRANGEBYLEX', members, '-', cut)
  redis.call('ZREMRANGEBYLEX', triggers, '-', cut)
  size = size - cutOff
  if size <= windowMembersMax then return size, cutOff > 0 end
  redis.call('ZREMRANGEBYRANK', members, 0, -windowMembersMax - 1)
  redis.call('ZREMRANGEBYRANK', triggers, 0, -windowMembersMax - 1)
  return windowMembersMax, true
end

for at = firstOperation, #ARGV, operationSize do
  redis.call('ZADD', KEYS[ARGV[at] * 2 - 1], 0, ARGV[at + 1])
end

local shrunk, oldest = {}, {}
for window = 1, windows do
  local size
  size, shrunk[window] = trim(window)
  -- Only a full window can have lost members that a verdict is about.
  if size >= windowMembersMax then oldest[window] = redis.call('ZRANGE', KEYS[window * 2 - 1], 0, 0)[1] end
end

local verdicts = {}
for at = firstOperation, #ARGV, operationSize do
  local window, member, from, to = tonumber(ARGV[at]), ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local members, triggers = KEYS[window * 2 - 1], KEYS[window * 2]
  local count = redis.call('ZLEXCOUNT', members, '[' .. from, '(' .. to)
  local dropped = shrunk[window] and not redis.call('ZSCORE', members, member)
  if dropped then count = count + 1 end
  local capped = dropped or (oldest[window] ~= nil and oldest[window] >= from)
  local trigger = count >= tonumber(ARGV[at + 5])
  if trigger and not dropped then redis.call('ZADD', triggers, 0, member) end
  verdicts[#verdicts + 1] = {trigger and 1 or 0, 0, count, capped and 1 or 0, {}, dropped}
end

local index = 0
for at = firstOperation, #ARGV, operationSize do
  index = index + 1
  local verdict = verdicts[index]
  local window, member = tonumber(ARGV[at]), ARGV[at + 1]
  local dropped = verdict[6]
  verdict[6] = nil
  if verdict[1] == 1 then
    local earlier = redis.call('ZREVRANGEBYLEX', KEYS[window * 2], '(' .. member, '[' .. ARGV[at + 4], 'LIMIT', 0, 1)
    if #earlier == 0 then
      verdict[2] = 1
      local newest, first = '(' .. ARGV[at + 3], '[' .. ARGV[at + 2]
      local listed = redis.call('ZREVRANGEBYLEX', KEYS[window * 2 - 1], newest, first, 'LIMIT', 0, membersMax)
      if dropped and #listed < membersMax then listed[#listed + 1] = member end
      verdict[5] = listed
    end
  end
end

for window = 1, windows do
  local keepMs = ARGV[4 + (window - 1) * 3]
  redis.call('PEXPIRE', KEYS[window * 2 - 1], keepMs)
  redis.call('PEXPIRE', KEYS[window * 2], keepMs)
end

return verdicts
