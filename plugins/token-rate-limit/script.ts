// Counting in Redis: the algorithm of counters.ts as one Lua script, so that a batch is one round trip and one step.
// Lua's numbers are the doubles that JavaScript's are, so both come to the same results.
import type { Batch, BatchResult, Counted } from './counting.ts';
import { leaseName } from './counting.ts';

/** Per operation: the counter (a hash) and its leases (a sorted set by their end). */
export const KEYS_PER_OP = 2;

export const SCRIPT = `
local now, lease_id, lease_until = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local settles, reserves = tonumber(ARGV[4]), tonumber(ARGV[5])
local next_arg, next_key = 6, 1

local function arg()
  next_arg = next_arg + 1
  return ARGV[next_arg - 1]
end

local function text(number)
  return string.format('%.17g', number)
end

local function read_op()
  local op = { counter = KEYS[next_key], leases = KEYS[next_key + 1] }
  next_key = next_key + 2
  op.window = arg() == 'window'
  op.at, op.keep, op.rate, op.ttl = tonumber(arg()), tonumber(arg()), tonumber(arg()), tonumber(arg())
  return op
end

local function bucket_of(op, bucket)
  return tonumber(redis.call('HGET', op.counter, 'b' .. text(bucket)) or 0)
end

local function set_bucket(op, bucket, amount)
  redis.call('HSET', op.counter, 'b' .. text(bucket), text(amount))
end

local function add(op, amount)
  op.used = op.used + amount
  if op.window then set_bucket(op, op.at, bucket_of(op, op.at) + amount) end
end

local function give_back(op, bucket, amount)
  if not op.window then
    op.used = math.max(0, op.used - amount)
    return
  end
  if bucket <= op.at - op.keep or bucket > op.at then return end
  local held = bucket_of(op, bucket)
  local back = math.min(amount, held)
  op.used = op.used - back
  set_bucket(op, bucket, held - back)
end

local function read_lease(lease)
  local bucket, amount = string.match(lease, '^[^|]*|([^|]*)|(.*)$')
  return tonumber(bucket), tonumber(amount)
end

local function advance(op, was)
  local ahead = was - op.at
  if ahead == 0 then return end
  if ahead > 0 and ahead <= op.keep then
    op.at = was
    return
  end
  if ahead > 0 or -ahead >= op.keep then
    redis.call('DEL', op.counter)
    op.used = 0
    return
  end
  local gone = {}
  for bucket = was - op.keep + 1, op.at - op.keep do gone[#gone + 1] = 'b' .. text(bucket) end
  for _, amount in ipairs(redis.call('HMGET', op.counter, unpack(gone))) do
    op.used = op.used - tonumber(amount or 0)
  end
  redis.call('HDEL', op.counter, unpack(gone))
end

local function drain(op, was)
  local passed = now - was
  if passed < 0 and -passed <= op.keep then
    op.at = was
    return
  end
  if passed > 0 then op.used = math.max(0, op.used - passed * op.rate) end
  op.at = now
end

local function load(op)
  local known = redis.call('HMGET', op.counter, 'used', 'at')
  op.used = tonumber(known[1] or 0)
  local was = tonumber(known[2] or (op.window and op.at or now))
  if op.window then advance(op, was) else drain(op, was) end
  local ended = redis.call('ZRANGEBYSCORE', op.leases, '-inf', text(now))
  if #ended > 0 then
    for _, lease in ipairs(ended) do give_back(op, read_lease(lease)) end
    redis.call('ZREMRANGEBYSCORE', op.leases, '-inf', text(now))
  end
end

local function save(op)
  redis.call('HSET', op.counter, 'used', text(op.used), 'at', text(op.at))
  local ttl = op.window and op.ttl or op.ttl + math.ceil(op.used / op.rate)
  redis.call('PEXPIRE', op.counter, text(ttl))
end

local function settle(op)
  local count, open, unsure = tonumber(arg()), tonumber(arg()), arg() == '1'
  local lost = false
  for _ = 1, count do
    local lease = arg()
    if redis.call('ZREM', op.leases, lease) == 0 then
      lost = true
    else
      local bucket, amount = read_lease(lease)
      local kept = math.min(amount, open)
      open = open - kept
      give_back(op, bucket, amount - kept)
    end
  end
  if open > 0 and not (lost and unsure) then add(op, open) end
end

local function retry_of(op)
  if op.amount > op.limit then return -1 end
  local excess = op.used + op.amount - op.limit
  if not op.window then return math.ceil(excess / op.rate) end
  local names = {}
  for bucket = op.at - op.keep + 1, op.at do names[#names + 1] = 'b' .. text(bucket) end
  local freed = 0
  for i, amount in ipairs(redis.call('HMGET', op.counter, unpack(names))) do
    freed = freed + tonumber(amount or 0)
    if freed > 0 and freed >= excess then return op.at + i end
  end
  return op.at + op.keep
end

local time = redis.call('TIME')
local answer = { text(tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000), '1' }

for _ = 1, settles do
  local op = read_op()
  load(op)
  settle(op)
  save(op)
  answer[#answer + 1] = text(op.used)
end

local ops, reserved = {}, true
for i = 1, reserves do
  local op = read_op()
  op.amount, op.limit, op.force = tonumber(arg()), tonumber(arg()), arg() == '1'
  load(op)
  op.fits = op.used + op.amount <= op.limit and (op.amount > 0 or op.used < op.limit)
  op.retry = op.fits and 0 or retry_of(op)
  reserved = reserved and (op.fits or op.force)
  ops[i] = op
end
if not reserved then answer[2] = '0' end

for _, op in ipairs(ops) do
  local leased = '0'
  if reserved and op.amount > 0 then
    local bucket = op.window and op.at or 0
    local lease = lease_id .. '|' .. text(bucket) .. '|' .. text(op.amount)
    add(op, op.amount)
    redis.call('ZADD', op.leases, text(lease_until), lease)
    -- The leases outlive the last of them, to be given back when somebody next looks.
    redis.call('PEXPIRE', op.leases, text(op.ttl + lease_until - now))
    leased = '1'
  end
  save(op)
  for _, value in ipairs({ text(op.used), text(op.at), op.fits and '1' or '0', text(op.retry), leased }) do
    answer[#answer + 1] = value
  end
end
return answer
`;

type Argument = string | number;

/** @param key makes a key of Redis. */
export function toScript(batch: Batch, key: (name: string) => string): { keys: string[]; args: Argument[] } {
  const ops = [...batch.settle, ...batch.reserve];
  const keys = ops.flatMap((op) => [key(op.key), leasesKey(key(op.key))]);
  const args: Argument[] = [
    batch.now,
    batch.leaseId,
    batch.leaseUntil,
    batch.settle.length,
    batch.reserve.length,
  ];
  for (const { kind, at, keep, rate, ttl, leases, actual, unsure } of batch.settle) {
    args.push(kind, at, keep, rate, ttl, leases.length, actual, unsure ? '1' : '0', ...leases);
  }
  for (const { kind, at, keep, rate, ttl, amount, limit, force } of batch.reserve) {
    args.push(kind, at, keep, rate, ttl, amount, limit, force ? '1' : '0');
  }
  return { keys, args };
}

export const leasesKey = (counter: string): string => `${counter}:leases`;

export function fromScript(batch: Batch, answer: unknown): BatchResult & { time: number } {
  const [time, reserved, ...rest] = answer as string[];
  const settled = rest.splice(0, batch.settle.length).map(Number);
  const counted = batch.reserve.map(({ kind, amount }): Counted => {
    const [used, at, fits, retry, leased] = rest.splice(0, 5);
    const bucket = kind === 'window' ? Number(at) : 0;
    return {
      used: Number(used),
      at: Number(at),
      fits: fits === '1',
      retry: Number(retry),
      ...(leased === '1' ? { lease: leaseName(batch.leaseId, bucket, amount) } : {}),
    };
  });
  return { time: Number(time), reserved: reserved === '1', settled, counted };
}
