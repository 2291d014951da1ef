#include "http/notify/alert_forwarder.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "http/client/requester.h"
#include "metrics/base/utf8.h"
#include "metrics/exposition/json_text.h"
#include "metrics/rules/time_text.h"

namespace orchestrator_exporter::http {

namespace {

constexpr std::size_t kMostInRequest = 64;
constexpr std::size_t kMostQueued = 10'000;

}  // namespace

std::string alertsJson(std::span<const rules::NotifiedAlert> alerts) {
  nlohmann::json list = nlohmann::json::array();
  for (const rules::NotifiedAlert& alert : alerts) {
    list.push_back({{"labels", jsonObject(alert.labels)},
                    {"annotations", jsonObject(*alert.annotations)},
                    {"startsAt", rules::rfc3339(alert.startsAt)},
                    {"endsAt", rules::rfc3339(alert.endsAt)},
                    {"generatorURL", toUtf8(*alert.generatorUrl)}});
  }
  return list.dump();
}

// One server with its queue and thread.
class AlertForwarder::Peer {
 public:
  struct Figures {
    std::uint64_t sent = 0;  // alerts
    std::uint64_t errors = 0;
    std::uint64_t dropped = 0;
    std::size_t queued = 0;
  };

  Peer(const AlertReceiver& receiver, std::function<void(bool, const std::string&)> log)
      : url_(receiver.url),
        log_(std::move(log)),
        client_(receiver.settings),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  ~Peer() {
    thread_.request_stop();
    client_.cancel();
  }

  const std::string& url() const { return url_; }

  void add(const std::vector<rules::NotifiedAlert>& alerts) {
    const std::lock_guard lock(mutex_);
    queue_.insert(queue_.end(), alerts.begin(), alerts.end());
    while (queue_.size() > kMostQueued) {
      queue_.pop_front();
      ++figures_.dropped;
    }
    wakes_.notify_one();
  }

  Figures figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    figures.queued = queue_.size();
    return figures;
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const std::vector<rules::NotifiedAlert> batch = next(stop);
      if (!batch.empty()) post(batch);
    }
  }

  std::vector<rules::NotifiedAlert> next(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    wakes_.wait(lock, stop, [this] { return !queue_.empty(); });
    const auto end =
        queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMostInRequest));
    std::vector<rules::NotifiedAlert> batch(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    return batch;
  }

  void post(const std::vector<rules::NotifiedAlert>& batch) {
    const std::string body = alertsJson(batch);
    std::string fault;
    try {
      const ClientAnswer answer = client_.send({.method = "POST",
                                                .url = url_,
                                                .headers = {{"Content-Type", "application/json"}},
                                                .body = body});
      if (answer.status / 100 != 2) fault = "answered status " + std::to_string(answer.status);
    } catch (const ClientError& error) {
      if (error.kind() == ClientError::Kind::kCancelled) return;
      fault = error.what();
    }
    count(batch.size(), fault);
  }

  void count(std::size_t alerts, const std::string& fault) {
    {
      const std::lock_guard lock(mutex_);
      (fault.empty() ? figures_.sent : figures_.errors) += alerts;
    }
    if (fault.empty() != isFailing_) return;
    isFailing_ = !fault.empty();
    log_(isFailing_, isFailing_ ? "alerts are not taken: " + fault : "alerts are taken again");
  }

  const std::string url_;
  const std::function<void(bool, const std::string&)> log_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any wakes_;
  std::deque<rules::NotifiedAlert> queue_;
  Figures figures_;
  // Of the thread.
  bool isFailing_ = false;
  Requester client_;
  std::jthread thread_;  // last: uses the others
};

AlertForwarder::AlertForwarder(const std::vector<AlertReceiver>& receivers,
                               std::function<void(bool isFault, const std::string&)> log) {
  for (const AlertReceiver& receiver : receivers) {
    peers_.push_back(std::make_unique<Peer>(receiver, log));
  }
}

AlertForwarder::~AlertForwarder() = default;

void AlertForwarder::notify(const std::vector<rules::NotifiedAlert>& alerts) {
  for (const auto& peer : peers_) peer->add(alerts);
}

void AlertForwarder::collect(Sink& out) {
  for (const auto& peer : peers_) {
    const Peer::Figures figures = peer->figures();
    const Label label[] = {{"alertmanager", peer->url()}};
    out.counter("prometheus_notifications_sent_total", "Alerts that an Alertmanager took.")
        .add(static_cast<double>(figures.sent), label);
    out.counter("prometheus_notifications_errors_total",
                "Alerts that an Alertmanager did not take.")
        .add(static_cast<double>(figures.errors), label);
    out.counter("prometheus_notifications_dropped_total",
                "Alerts that were never sent, because too many waited.")
        .add(static_cast<double>(figures.dropped), label);
    out.gauge("prometheus_notifications_queue_length", "Alerts that wait to be sent.")
        .add(static_cast<double>(figures.queued), label);
  }
}

}  // namespace orchestrator_exporter::http
