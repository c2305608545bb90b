/**
 * What has to happen in Redis at one stroke. An index lies beside the entries: the size, worth and
 * hits of each, their ranks and when they expire, so that the budget holds whoever writes and the
 * count of bytes is exact. A Redis that is not ours may lose a part of the index (an eviction policy, a
 * hand): what is left of an entry goes with it, and a count that cannot be true is counted anew. Time
 * is Redis' own. Ranks are those of plain GreedyDual-Size with Frequency: hits are forgotten with the
 * entry, and without that memory the slower age and the lower worth of newcomers in
 * core/cache-policy/policy.ts gain nothing when popularity moves.
 */
export const PREFIX = 'nightdesk:cache:';
export const EVENTS_CHANNEL = `${PREFIX}events`;

const COMMON = `
local P = '${PREFIX}'
local function number(text) return tonumber(text or '0') or 0 end
local function drop(id)
  local size = redis.call('HGET', P .. 'sizes', id)
  redis.call('DEL', P .. 'entry:' .. id)
  redis.call('HDEL', P .. 'sizes', id)
  redis.call('HDEL', P .. 'worths', id)
  redis.call('HDEL', P .. 'hits', id)
  redis.call('ZREM', P .. 'ranks', id)
  redis.call('ZREM', P .. 'expiries', id)
  if size then redis.call('DECRBY', P .. 'bytes', size) end
end
local function recount()
  local sum = 0
  for _, size in ipairs(redis.call('HVALS', P .. 'sizes')) do sum = sum + number(size) end
  redis.call('SET', P .. 'bytes', sum)
  return sum
end
local function rank(hits, worth)
  return string.format('%.17g', number(redis.call('GET', P .. 'age')) + hits * worth)
end
`;

/** id, kind -> {entry or nil, milliseconds it has left, generation of the kind, mark of its write}. */
export const READ = `${COMMON}
local id, kind = ARGV[1], ARGV[2]
local generation = redis.call('HGET', P .. 'generations', kind) or '0'
local entry = redis.call('GET', P .. 'entry:' .. id)
if not entry then
  drop(id)
  return {false, 0, generation, ''}
end
local worth = redis.call('HGET', P .. 'worths', id)
if worth then
  local hits = redis.call('HINCRBY', P .. 'hits', id, 1)
  redis.call('ZADD', P .. 'ranks', 'XX', rank(hits, number(worth)), id)
end
local left = redis.call('PTTL', P .. 'entry:' .. id)
return {entry, left, generation, redis.call('ZSCORE', P .. 'expiries', id) or ''}
`;

/**
 * id, kind, generation, entry, milliseconds to live, worth of one hit, bytes, budget, lease token,
 * event, mark -> {1 stored, 0 outdated, -1 too large; expired; evicted; bytes}. A loader that was stopped
 * for longer than its lease writes only if nobody has written since it looked: theirs is newer.
 */
export const WRITE = `${COMMON}
local id, kind, generation, entry = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local life, worth, size, budget = number(ARGV[5]), number(ARGV[6]), number(ARGV[7]), number(ARGV[8])
local isOwner = redis.call('GET', P .. 'lease:' .. id) == ARGV[9]
if isOwner then redis.call('DEL', P .. 'lease:' .. id) end
local isLate = ARGV[9] ~= '' and not isOwner
  and (redis.call('ZSCORE', P .. 'expiries', id) or '') ~= ARGV[11]
if isLate or generation ~= '' and generation ~= (redis.call('HGET', P .. 'generations', kind) or '0') then
  redis.call('PUBLISH', P .. 'events', ARGV[10])
  return {0, 0, 0, number(redis.call('GET', P .. 'bytes'))}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gone = redis.call('ZRANGEBYSCORE', P .. 'expiries', '-inf', now, 'LIMIT', 0, 200)
for _, old in ipairs(gone) do drop(old) end
local hits = math.max(1, math.floor(number(redis.call('HGET', P .. 'hits', id)) / 2))
drop(id)
if size > budget then return {-1, #gone, 0, number(redis.call('GET', P .. 'bytes'))} end
redis.call('SET', P .. 'entry:' .. id, entry, 'PX', life)
redis.call('HSET', P .. 'sizes', id, size)
redis.call('HSET', P .. 'worths', id, ARGV[6])
redis.call('HSET', P .. 'hits', id, hits)
redis.call('ZADD', P .. 'ranks', rank(hits, worth), id)
redis.call('ZADD', P .. 'expiries', now + life, id)
local bytes = redis.call('INCRBY', P .. 'bytes', size)
if bytes < size then bytes = recount() end
local evicted = 0
while bytes > budget do
  local least = redis.call('ZRANGE', P .. 'ranks', 0, 0, 'WITHSCORES')
  if not least[1] then
    for _, old in ipairs(redis.call('HKEYS', P .. 'sizes')) do drop(old) end
    bytes = recount()
    break
  end
  redis.call('SET', P .. 'age', least[2])
  drop(least[1])
  evicted = evicted + 1
  bytes = number(redis.call('GET', P .. 'bytes'))
end
redis.call('PUBLISH', P .. 'events', ARGV[10])
return {1, #gone, evicted, bytes}
`;

/** kind, id or nothing, prefix of the kind's ids, event: a load under way is not taken any more. */
export const INVALIDATE = `${COMMON}
redis.call('HINCRBY', P .. 'generations', ARGV[1], 1)
if ARGV[2] ~= '' then
  drop(ARGV[2])
else
  for _, id in ipairs(redis.call('HKEYS', P .. 'sizes')) do
    if string.sub(id, 1, #ARGV[3]) == ARGV[3] then drop(id) end
  end
end
redis.call('PUBLISH', P .. 'events', ARGV[4])
return 1
`;

/** lease key, token, milliseconds: only its owner keeps or gives back a lease. */
export const RENEW = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;
export const RELEASE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;
