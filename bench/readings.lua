-- Inserts of three values each, of another second for each from the same device.
-- Arguments: ignored, first second, authorization, then device,sd,sd,sd for each device.

local second, places, heads, at = 0, {}, {}, 0

local function body_of(place, now, n)
  return string.format(
    '{"action":"insert","device_id":%s,"timestamp":"%s","user_agent":"PSM_2081|PSM_2103","sensor_data":['
    .. '{"sd_id":"%s","value":"%.2f"},{"sd_id":"%s","value":"%.2f"},{"sd_id":"%s","value":"%d"}]}',
    place[1], os.date("!%Y-%m-%d %H:%M:%S", now), place[2], n % 89 + 0.25, place[3], n % 97 + 0.75,
    place[4], n % 83)
end

function init(args)
  second = tonumber(args[2])
  for n = 4, #args do
    local place = {}
    for each in string.gmatch(args[n], "[^,]+") do place[#place + 1] = each end
    places[#places + 1] = place
  end
  heads = "POST /v1/SensorData/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " .. args[3]
    .. "\r\nContent-Type: application/json\r\nContent-Length: "
end

local n = 0
function request()
  at, n = at + 1, n + 1
  if at > #places then at, second = 1, second + 1 end
  local body = body_of(places[at], second, n)
  return heads .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
