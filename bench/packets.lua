-- Packets of four values and a time, each one second later than the one before from the same device.
-- Arguments: json|line, first second, authorization, path...

local style, second, heads, at = nil, 0, {}, 0
local values, most = {}, 997
local minute, prefix = -1, ""
local fields = {
  json = '"no2":%.2f,"pm10":%.2f,"pm25":%.2f,"t":%.2f}',
  line = 'no2=%.2f,pm10=%.2f,pm25=%.2f,t=%.2f ',
}

local function time_of(now)
  if style == "line" then return tostring(now) end
  local this = math.floor(now / 60)
  if this ~= minute then
    minute, prefix = this, os.date("!%Y/%m/%d %H:%M:", now)
  end
  return string.format("%s%02d", prefix, now % 60)
end

local function body_of(device, n)
  if style == "line" then
    return "air,device=" .. string.format("%02d", device) .. " " .. values[n] .. time_of(second)
  end
  return '{"taken":"' .. time_of(second) .. '",' .. values[n]
end

function init(args)
  style, second = args[1], tonumber(args[2])
  math.randomseed(second)
  for n = 1, most do
    local v = {}
    for each = 1, 4 do v[each] = 10 + math.floor(math.random() * 8999) / 100 end
    values[n] = string.format(fields[style], v[1], v[2], v[3], v[4])
  end
  for n = 4, #args do
    heads[#heads + 1] = "POST " .. args[n] .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " .. args[3]
      .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body_of(1, 1) .. "\r\n\r\n"
  end
end

local n = 0
function request()
  at, n = at + 1, n % most + 1
  if at > #heads then at, second = 1, second + 1 end
  return heads[at] .. body_of(at, n)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
