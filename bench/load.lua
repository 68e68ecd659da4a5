-- What wrk sends: the lines of LOAD_REQUESTS at random, each "method <tab> address <tab> cookie <tab> body".
-- At the end one line of JSON, read by bench/load.py. Latencies in milliseconds.

local number, requests = 0, {}

function setup(thread)
  number = number + 1
  thread:set("number", number)
end

function init(args)
  math.randomseed(number * 7919)
  for line in io.lines(os.getenv("LOAD_REQUESTS")) do
    local method, address, cookie, body = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)")
    local headers = { ["Cookie"] = cookie, ["Accept"] = "text/html", ["Accept-Encoding"] = "gzip" }
    if body ~= "" then headers["Content-Type"] = "application/x-www-form-urlencoded" end
    requests[#requests + 1] = wrk.format(method, address, headers, body ~= "" and body or nil)
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.1f, "refused": %d, "failed": %d, "p50": %.1f, "p95": %.1f, "p99": %.1f}\n',
    summary.requests, summary.duration / 1e6, errors.status, failed,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000))
end
