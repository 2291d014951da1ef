#include "http/front/front_statistics.h"

#include <algorithm>
#include <string>

namespace orchestrator_exporter::http {
namespace {

std::size_t refusalOf(int status) {
  for (const int wanted : {status, status / 100 * 100}) {
    const auto found = std::find(kRefusals.begin(), kRefusals.end(), std::to_string(wanted));
    if (found != kRefusals.end()) return static_cast<std::size_t>(found - kRefusals.begin());
  }
  return kRefusals.size();
}

// What an exporter that nobody troubles does all day.
bool isUsual(std::size_t reason) {
  return reason == static_cast<std::size_t>(CloseReason::kNone) ||
         reason == static_cast<std::size_t>(CloseReason::kIdleTimeout);
}

// One sample for each name whose count is wanted.
template <typename Counts, typename Names, typename IsWanted>
void give(const ScalarFamily& family, std::string_view label, const Names& names,
          const Counts& counts, IsWanted isWanted) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto count = counts[i].load(std::memory_order_relaxed);
    if (isWanted(i, count)) family.add(static_cast<double>(count), {{label, names[i]}});
  }
}

}  // namespace

std::int64_t FrontStatistics::underWay() const {
  std::int64_t count = 0;
  for (const auto state :
       {ConnectionState::kRequest, ConnectionState::kBody, ConnectionState::kDrain}) {
    count += connections[static_cast<std::size_t>(state)];
  }
  return count;
}

void FrontStatistics::countAnswer(int status) {
  if (status < 400) return;
  const std::size_t at = refusalOf(status);
  if (at < refused.size()) refused[at].fetch_add(1, std::memory_order_relaxed);
}

void FrontStatistics::collect(Sink& out) const {
  bool troubled = std::any_of(refused.begin(), refused.end(),
                              [](const auto& count) { return count.load() > 0; });
  for (std::size_t i = 0; i < closed.size(); ++i) troubled |= !isUsual(i) && closed[i].load() > 0;
  if (!troubled) return;
  give(out.gauge("orchestrator_exporter_http_connections",
                 "Connections of clients by what they do at the moment."),
       "state", kConnectionStates, connections, [](std::size_t, std::int64_t) { return true; });
  const auto happened = [](std::size_t i, std::uint64_t count) {
    return count > 0 && i != static_cast<std::size_t>(CloseReason::kNone);
  };
  give(out.counter("orchestrator_exporter_http_connections_closed_total",
                   "Connections that the server ended, by reason."),
       "reason", kCloseReasons, closed, happened);
  give(out.counter("orchestrator_exporter_http_requests_refused_total",
                   "Requests that were refused, by status."),
       "code", kRefusals, refused, [](std::size_t, std::uint64_t count) { return count > 0; });
}

}  // namespace orchestrator_exporter::http
