#include "http/live/live_stream.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "http/front/access.h"
#include "http/streams/websocket.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::http::live {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kHistory = 600 * kSecond;
constexpr std::chrono::seconds kPingTime(20);
// Without viewers for so long, the watching ends: a page that is loaded again comes back at once.
constexpr std::chrono::seconds kPatience(3);

// Four digits are more than a chart shows.
double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return value;
  const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::fabs(value))));
  return std::round(value * scale) / scale;
}

std::string nameOf(const promql::ResultSeries& series) {
  return toUtf8(series.labels->get("series"));
}

void checkOrigin(const Request& request) {
  const auto origin = request.header("Origin");
  if (origin && !isOriginOf(*origin, request.header("Host").value_or(""))) {
    throw HttpError(403, "a page of another origin does not listen here");
  }
}

// {"subscribe": {"interval": 1..60}}.
std::optional<std::chrono::seconds> intervalOf(std::string_view text) {
  const json message = json::parse(text, nullptr, false);
  if (!message.is_object()) return std::nullopt;
  const auto subscribe = message.find("subscribe");
  if (subscribe == message.end() || !subscribe->is_object()) return std::nullopt;
  const std::int64_t interval =
      subscribe->contains("interval") && (*subscribe)["interval"].is_number_integer()
          ? (*subscribe)["interval"].get<std::int64_t>()
          : 1;
  if (interval < 1 || interval > 60) return std::nullopt;
  return std::chrono::seconds(interval);
}

std::string messageOf(std::string_view type, const std::string& data) {
  return "{\"type\":\"" + std::string(type) + "\",\"data\":" + data + "}";
}

Channel::Message shared(std::string bytes, bool replaceable) {
  return {std::make_shared<const std::string>(std::move(bytes)), replaceable};
}

}  // namespace

LiveStream::LiveStream(std::shared_ptr<const History> history, Config config)
    : history_(std::move(history)),
      config_(std::move(config)),
      engine_(config_.engine),
      events_(std::make_shared<Channel>(Channel::Kind::kEvents)),
      socket_(std::make_shared<Channel>(Channel::Kind::kWebSocket, intervalOf)) {}

LiveStream::~LiveStream() { close(); }

void LiveStream::close() {
  std::jthread ending;
  {
    const std::lock_guard lock(mutex_);
    isClosed_ = true;
    ending = std::move(thread_);
  }
}

void LiveStream::take(std::chrono::system_clock::time_point time) {
  {
    const std::lock_guard lock(mutex_);
    reading_ = std::chrono::floor<milliseconds>(time.time_since_epoch()).count();
    if (!isRunning_) return;
  }
  wakes_.notify_one();
}

Response LiveStream::events(const Request& request) {
  checkOrigin(request);
  Response response;
  response.contentType = "text/event-stream";
  response.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
  beginWatching();
  response.body = event("initial_data", initialData());
  response.channel = events_;
  return response;
}

Response LiveStream::socket(const Request& request) {
  checkOrigin(request);
  Response response;
  response.status = 101;
  response.headers = websocket::acceptance(request);
  beginWatching();
  response.body =
      websocket::frame(websocket::Opcode::kText, messageOf("initial_data", initialData()));
  response.channel = socket_;
  return response;
}

void LiveStream::beginWatching() {
  const std::lock_guard lock(mutex_);
  if (isClosed_ || std::exchange(isRunning_, true)) return;
  // The one before has ended, or is about to return.
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void LiveStream::run(const std::stop_token& stop) {
  const std::shared_ptr<void> watch = config_.watch();
  auto pinged = std::chrono::steady_clock::now();
  auto seen = pinged;
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wakes_.wait_for(lock, stop, kPatience, [this] { return reading_ != told_; });
    const auto now = std::chrono::steady_clock::now();
    if (viewers() > 0) seen = now;
    if (now - seen > kPatience) break;
    const std::int64_t reading = reading_;
    const bool isNew = reading != std::exchange(told_, reading);
    lock.unlock();
    if (isNew) {
      const std::string data = update(reading);
      send("metrics_update", data, true);
      // After it, so that viewers who look at an alert know by now what time it is.
      tellAlerts(reading);
    }
    if (now - pinged > kPingTime) {
      pinged = now;
      send("heartbeat", json{{"timestamp", reading}}.dump(), true);
      socket_->send(shared(websocket::frame(websocket::Opcode::kPing, {}), false));
    }
    lock.lock();
  }
  isRunning_ = false;
}

LiveStream::Values LiveStream::valuesOf(const std::string& query, std::int64_t time) const {
  Values values;
  try {
    for (const auto& series : engine_.instant(*history_, query, time).series) {
      if (series.points.empty() || !std::isfinite(series.points[0].value)) continue;
      values.try_emplace(nameOf(series), rounded(series.points[0].value));
    }
  } catch (const std::exception&) {
    // A chart whose query fails is left out.
  }
  return values;
}

std::string LiveStream::update(std::int64_t time) {
  json charts = json::object();
  for (const auto& [chart, query] : config_.charts) {
    const Values values = valuesOf(query, time);
    if (!values.empty()) charts[chart] = values;
  }
  json system = json::object();
  if (charts.contains("cpu")) {
    double busy = 0;
    for (const auto& [name, value] : charts["cpu"].items()) {
      if (name != "I/O wait") busy += value.get<double>();
    }
    system["cpuUsage"] = rounded(busy);
  }
  const Values memory =
      valuesOf("100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)", time);
  if (!memory.empty()) system["memoryUsage"] = memory.begin()->second;
  const std::string data = json{{"timestamp", time}, {"system", system}, {"charts", charts}}.dump();
  const std::lock_guard lock(mutex_);
  current_ = data;
  return data;
}

// Compares what fires with what was told.
void LiveStream::tellAlerts(std::int64_t time) {
  std::map<std::string, std::string> firing;
  try {
    for (const auto& series :
         engine_.instant(*history_, "ALERTS{alertstate=\"firing\"}", time).series) {
      json labels = json::object();
      for (const auto& [name, value] : *series.labels) labels[name] = toUtf8(value);
      const std::string id = labels.dump();
      const std::string name = labels.value("alertname", "");
      firing[id] = json{
          {"id", id},
          {"severity", labels.value("severity", "")},
          {"message", name},
          {"labels",
           labels}}.dump();
    }
  } catch (const std::exception&) {
    return;
  }
  std::map<std::string, std::string> before;
  {
    const std::lock_guard lock(mutex_);
    before = std::exchange(alerts_, firing);
  }
  for (const auto& [id, alert] : firing) {
    if (!before.contains(id)) send("alert_triggered", alert, false);
  }
  for (const auto& [id, alert] : before) {
    if (!firing.contains(id)) send("alert_resolved", json{{"id", id}}.dump(), false);
  }
}

// The last ten minutes of each chart, second by second: columns without their times.
std::string LiveStream::history(std::int64_t until) const {
  const std::int64_t end = until / kSecond * kSecond;
  const std::int64_t start = end - kHistory + kSecond;
  json charts = json::object();
  for (const auto& [chart, query] : config_.charts) {
    try {
      for (const auto& series : engine_.range(*history_, query, start, end, kSecond).series) {
        json column = json::array();
        for (const promql::Point& point : series.points) {
          while (start + static_cast<std::int64_t>(column.size()) * kSecond < point.time) {
            column.push_back(nullptr);
          }
          column.push_back(std::isfinite(point.value) ? json(rounded(point.value)) : json(nullptr));
        }
        charts[chart][nameOf(series)] = std::move(column);
      }
    } catch (const std::exception&) {
      // As in an update.
    }
  }
  return json{{"start", start}, {"step", kSecond}, {"charts", charts}}.dump();
}

// All viewers that come within a second get the same.
std::string LiveStream::initialData() {
  const std::lock_guard initialLock(initialMutex_);
  std::int64_t reading = 0;
  std::string current;
  std::string alerts;
  {
    const std::lock_guard lock(mutex_);
    reading = reading_;
    current = current_;
    for (const auto& [id, alert] : alerts_) alerts += (alerts.empty() ? "" : ",") + alert;
  }
  if (reading != initialOf_ || initial_.empty()) {
    initialOf_ = reading;
    initial_ = "{\"current\":" + current + ",\"alerts\":[" + alerts +
               "],\"bottlenecks\":[],\"config\":" + config_.facts +
               ",\"history\":" + history(reading) + "}";
  }
  return initial_;
}

std::string LiveStream::event(std::string_view type, const std::string& data) {
  const std::lock_guard lock(mutex_);
  return "event: " + std::string(type) + "\nid: " + std::to_string(++number_) + "\ndata: " + data +
         "\n\n";
}

void LiveStream::send(std::string_view type, const std::string& data, bool replaceable) {
  if (events_->viewers() > 0) events_->send(shared(event(type, data), replaceable));
  if (socket_->viewers() == 0) return;
  socket_->send(
      shared(websocket::frame(websocket::Opcode::kText, messageOf(type, data)), replaceable));
}

}  // namespace orchestrator_exporter::http::live
