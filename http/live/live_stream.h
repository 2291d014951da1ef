#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/live/charts.h"
#include "http/server/message.h"
#include "http/streams/channel.h"
#include "metrics/history.h"
#include "metrics/promql/engine.h"

namespace orchestrator_exporter::http::live {

// What open pages are told: initial_data when they come, metrics_update at each reading,
// alert_triggered, alert_resolved, heartbeat; as server-sent events and over WebSockets, each
// encoded once for all. While nobody looks there is no thread and no query. For any thread.
class LiveStream {
 public:
  struct Config {
    std::vector<ChartQuery> charts;
    std::string facts = "{}";  // JSON, told as `config`
    // Makes readings come each second for as long as what it returns lives.
    std::function<std::shared_ptr<void>()> watch = [] { return std::shared_ptr<void>(); };
    promql::EngineOptions engine = {};
  };

  LiveStream(std::shared_ptr<const History> history, Config config);
  ~LiveStream();
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  // Ends: nobody is told anything any more, and nothing is watched.
  void close();

  // A reading is in the history; comes back at once.
  void take(std::chrono::system_clock::time_point time);

  // Let a viewer in. Throw HttpError for a request from a page of another origin (403), and for one
  // that is no handshake.
  Response events(const Request& request);
  Response socket(const Request& request);

 private:
  using Values = std::map<std::string, double>;

  std::size_t viewers() const { return events_->viewers() + socket_->viewers(); }
  void beginWatching();
  void run(const std::stop_token& stop);
  std::string update(std::int64_t time);
  std::string initialData();
  std::string history(std::int64_t until) const;
  void tellAlerts(std::int64_t time);
  Values valuesOf(const std::string& query, std::int64_t time) const;
  void send(std::string_view type, const std::string& data, bool replaceable);
  std::string event(std::string_view type, const std::string& data);

  const std::shared_ptr<const History> history_;
  const Config config_;
  const promql::Engine engine_;
  const std::shared_ptr<Channel> events_;
  const std::shared_ptr<Channel> socket_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable_any wakes_;
  std::int64_t reading_ = 0;  // ms since 1970, the newest
  std::int64_t told_ = 0;     // the one that was sent
  std::uint64_t number_ = 0;  // of events
  std::string current_ = "{}";
  std::map<std::string, std::string> alerts_;  // firing ones by id, as JSON
  bool isRunning_ = false;
  bool isClosed_ = false;

  std::mutex initialMutex_;  // guards what follows
  std::int64_t initialOf_ = 0;
  std::string initial_;

  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::http::live
