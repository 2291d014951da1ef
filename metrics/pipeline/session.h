#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/pipeline/chain_sink.h"
#include "metrics/pipeline/plan.h"
#include "metrics/pipeline/quality.h"

namespace orchestrator_exporter::pipeline {

// What somebody wants to have looked at.
struct SessionSettings {
  std::string name;
  std::vector<std::string> collectors = {};  // by name; empty: everything
  std::chrono::milliseconds interval = std::chrono::seconds(15);
  std::optional<std::chrono::milliseconds> duration = {};  // until it is stopped if not given
  // A pipeline of its own, which readings pass for this session alone; null: that of the process.
  std::shared_ptr<const Plan> plan = nullptr;
  bool keepsSamples = false;  // so that they can be asked for
};

enum class SessionStatus : std::uint8_t { kStarting, kCollecting, kCompleted, kFailed };
std::string_view wordOf(SessionStatus status);

// One session: what came of the samples of its collectors while it lasts. For one thread at a time.
class Session {
 public:
  struct Statistics {
    std::uint64_t collected = 0;                                    // given by sources
    std::uint64_t processed = 0;                                    // gone through all processors
    std::uint64_t aggregated = 0;                                   // of these, for aggregators
    std::uint64_t stored = 0;                                       // handed on, or kept
    std::map<std::string, std::uint64_t, std::less<>> errors = {};  // dropped, by reason
    std::map<std::string, std::uint64_t, std::less<>> categories = {};

    std::uint64_t errorCount() const;
  };

  Session(std::string id, SessionSettings settings, Time start);

  const std::string& id() const { return id_; }
  const SessionSettings& settings() const { return settings_; }
  SessionStatus status() const { return status_; }
  Time start() const { return start_; }
  std::optional<Time> end() const { return end_; }
  const std::string& reason() const { return reason_; }
  const Statistics& statistics() const { return statistics_; }
  Quality::Report quality() const { return quality_.report(); }
  // Of the reading that was taken last; the start before the first.
  Time newest() const { return last_.value_or(start_); }
  bool isOver() const { return end_.has_value(); }

  // Whether a reading of this time is one of its own, by its interval; ends it at its time.
  bool begin(Time time);
  // A sample of the reading that it began with, which passed this plan. `collector` is the one that
  // it belongs to, null if there is none.
  void take(const Passed& passed, const Plan& plan, const CollectorSettings* collector, Time time,
            Time now);
  // Those that it keeps, by their series.
  using Samples = std::map<LabelSet, std::vector<std::pair<Time, double>>>;
  const Samples& samples() const { return samples_; }
  // Whether it keeps them, and has not been told to let them go.
  bool hasSamples() const { return settings_.keepsSamples && !hasForgotten_; }
  void forgetSamples() {
    samples_.clear();
    hasForgotten_ = true;
  }
  // `reason` is empty for one that came to its end.
  void stop(Time time, std::string reason = {});

 private:
  const std::string id_;
  const SessionSettings settings_;
  const Time start_;
  SessionStatus status_ = SessionStatus::kStarting;
  std::optional<Time> last_;
  std::optional<Time> end_;
  std::string reason_;
  Statistics statistics_;
  Quality quality_;
  Samples samples_;
  std::size_t sampleCount_ = 0;
  bool hasForgotten_ = false;
};

// The samples that it keeps, as OpenMetrics with timestamps.
std::string sessionSamples(const Session& session);

// As the API tells it; collection_rate is samples a second, error_rate a share of the samples.
std::string sessionJson(const Session& session);

}  // namespace orchestrator_exporter::pipeline
