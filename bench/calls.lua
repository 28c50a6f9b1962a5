-- Calls as they are given, in turn, so many a second.
-- Arguments: ignored, calls a second, ignored, then path|body for each call.

local heads, at, pause = {}, 0, 0
local connections = 32

function init(args)
  pause = math.floor(1000 * connections / tonumber(args[2]))
  for n = 4, #args do
    local path, body = string.match(args[n], "^([^|]+)|(.*)$")
    heads[#heads + 1] = "POST " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json"
      .. "\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
  end
end

function delay() return pause end

function request()
  at = at % #heads + 1
  return heads[at]
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
