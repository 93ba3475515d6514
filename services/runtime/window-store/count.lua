--[[
  Adds a batch of matches to their windows, judges again what they change, and answers with the runs to report:
  WindowStore in window-store.ts. Members and their order: member-key.ts. Times are compared as text; doubles cannot
  hold nanoseconds. A time and ';' sorts behind every member of that time, a time alone before. Redis compares bytes, Lua
  by the server's locale: so Lua compares times only, and members come in order.

  KEYS   three for each window w from 1: members, triggers, reports ("<trigger> <owner>"); all in one hash slot
  ARGV   1 owner  2 windowMembersMax  3 membersMax  4 trimAbove
         then for each window: keepMs, horizon, timespan (each in whole seconds, and the rest in ns), atLeast
         then for each operation: window, member; ascending
  Returns for each operation: {count, capped 0|1, {{trigger, count, members newest first}, ...}}
]]
local owner = ARGV[1]
local windowMembersMax = tonumber(ARGV[2])
local membersMax = tonumber(ARGV[3])
local trimAbove = tonumber(ARGV[4])
local windowSize = 6
local firstOperation = 5 + #KEYS / 3 * windowSize

local function timeOf(member)
  return string.sub(member, 1, 20)
end

-- The time of a member plus (sign 1) or minus (sign -1) a duration, as text, from the epoch on. Split at
-- the seconds, so that both halves fit a double.
local function shifted(member, sign, duration)
  local seconds = tonumber(string.sub(member, 1, 11)) + sign * duration.seconds
  local nanos = tonumber(string.sub(member, 12, 20)) + sign * duration.nanos
  if nanos < 0 then seconds, nanos = seconds - 1, nanos + 1000000000 end
  if nanos >= 1000000000 then seconds, nanos = seconds + 1, nanos - 1000000000 end
  if seconds < 0 then return string.rep('0', 20) end
  return string.format('%011d%09d', seconds, nanos)
end

-- Where (t - timespan, t] begins and ends.
local function windowOf(window, member)
  return shifted(member, -1, window.back), timeOf(member) .. ';'
end

local function within(key, from, to)
  return redis.call('ZRANGEBYLEX', key, '[' .. from, '(' .. to)
end

local function countWithin(key, from, to)
  return redis.call('ZLEXCOUNT', key, '[' .. from, '(' .. to)
end

-- The text before which members go: whatever lies below may have gone before.
local function floorOf(window)
  local size = window.size
  if size <= trimAbove then return '' end
  local middle = math.floor((size - 1) / 2)
  local floor = shifted(redis.call('ZRANGE', window.members, middle, middle)[1], -1, window.horizon)
  if size < windowMembersMax then return floor end
  local oldest = redis.call('ZRANGE', window.members, size - windowMembersMax, size - windowMembersMax)[1]
  return timeOf(oldest) >= floor and oldest or floor
end

-- The members that have become triggers, ascending: only those whose window holds one of the added can have.
local function newTriggers(window)
  local found, judgedTo = {}, ''
  for _, member in ipairs(window.added) do
    local from, to = timeOf(member), shifted(member, 1, window.timespan)
    if from < judgedTo then from = judgedTo end
    if from < to then
      local known = {}
      for _, trigger in ipairs(within(window.triggers, from, to)) do known[trigger] = true end
      for _, each in ipairs(within(window.members, from, to)) do
        if not known[each] and countWithin(window.members, windowOf(window, each)) >= window.atLeast then
          found[#found + 1] = each
        end
      end
    end
    judgedTo = to
  end
  return found
end

-- Every trigger of before lies in a run that was reported; so a run is new when all its triggers are.
local function report(window, triggers)
  local fresh, index = {}, 1
  while index <= #triggers do
    local first, last = triggers[index], triggers[index]
    while triggers[index + 1] and timeOf(triggers[index + 1]) <= shifted(last, 1, window.timespan) do
      index = index + 1
      last = triggers[index]
    end
    local from, to = shifted(first, -1, window.timespan), shifted(last, 1, window.timespan) .. ';'
    -- A trigger that was trimmed is remembered by its report alone.
    if countWithin(window.triggers, from, to) + countWithin(window.reports, from, to) == 0 then
      fresh[#fresh + 1] = first
    end
    index = index + 1
  end
  for _, trigger in ipairs(triggers) do redis.call('ZADD', window.triggers, 0, trigger) end
  for _, trigger in ipairs(fresh) do redis.call('ZADD', window.reports, 0, trigger .. ' ' .. owner) end
  -- Not by time: an event too late for its window may come again, and its run is known by the report alone.
  if #fresh > 0 then redis.call('ZREMRANGEBYRANK', window.reports, 0, -windowMembersMax - 1) end
end

-- What was ever reported to this owner and one of the added members completes: member -> runs, each run once.
local function reportedToOwner(window)
  local holders, triggers = {}, {}
  for _, member in ipairs(window.added) do
    local to = shifted(member, 1, window.timespan)
    for _, entry in ipairs(within(window.reports, timeOf(member), to)) do
      local blank = string.find(entry, ' ', 1, true)
      local trigger = string.sub(entry, 1, blank - 1)
      if string.sub(entry, blank + 1) == owner and holders[trigger] ~= trigger then
        if not holders[trigger] then triggers[#triggers + 1] = trigger end
        holders[trigger] = member
      end
    end
  end
  local begun = {}
  for _, trigger in ipairs(triggers) do
    local member = holders[trigger]
    local from, to = windowOf(window, trigger)
    local listed = redis.call('ZREVRANGEBYLEX', window.members, '(' .. to, '[' .. from, 'LIMIT', 0, membersMax)
    begun[member] = begun[member] or {}
    table.insert(begun[member], {trigger, countWithin(window.members, from, to), listed})
  end
  return begun
end

local windows = {}
for number = 1, #KEYS / 3 do
  local at = 5 + (number - 1) * windowSize
  windows[number] = {
    members = KEYS[number * 3 - 2],
    triggers = KEYS[number * 3 - 1],
    reports = KEYS[number * 3],
    keepMs = ARGV[at],
    horizon = {seconds = tonumber(ARGV[at + 1]), nanos = tonumber(ARGV[at + 2])},
    timespan = {seconds = tonumber(ARGV[at + 3]), nanos = tonumber(ARGV[at + 4])},
    -- One ns less: a window is open at its start.
    back = {seconds = tonumber(ARGV[at + 3]), nanos = tonumber(ARGV[at + 4]) - 1},
    atLeast = tonumber(ARGV[at + 5]),
    added = {},
  }
end

for at = firstOperation, #ARGV, 2 do
  local window, member = windows[tonumber(ARGV[at])], ARGV[at + 1]
  redis.call('ZADD', window.members, 0, member)
  if window.added[#window.added] ~= member then window.added[#window.added + 1] = member end
end

for _, window in ipairs(windows) do
  window.size = redis.call('ZCARD', window.members)
  window.floor = floorOf(window)
  local triggers = window.size >= window.atLeast and newTriggers(window) or {}
  if #triggers > 0 then report(window, triggers) end
  window.begun = redis.call('EXISTS', window.reports) == 1 and reportedToOwner(window) or {}
end

local verdicts = {}
for at = firstOperation, #ARGV, 2 do
  local window, member = windows[tonumber(ARGV[at])], ARGV[at + 1]
  local from, to = windowOf(window, member)
  local count = countWithin(window.members, from, to)
  local capped = from < timeOf(window.floor) or (from == timeOf(window.floor) and #window.floor > #from)
  verdicts[#verdicts + 1] = {count, capped and 1 or 0, window.begun[member] or {}}
  window.begun[member] = nil
end

for _, window in ipairs(windows) do
  if window.floor ~= '' then
    redis.call('ZREMRANGEBYLEX', window.members, '-', '(' .. window.floor)
    redis.call('ZREMRANGEBYLEX', window.triggers, '-', '(' .. window.floor)
  end
  for _, key in ipairs({window.members, window.triggers, window.reports}) do
    redis.call('PEXPIRE', key, window.keepMs)
  end
end

return verdicts
