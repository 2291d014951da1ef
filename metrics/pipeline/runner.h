#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "metrics/pipeline/paces.h"
#include "metrics/pipeline/plan.h"
#include "metrics/pipeline/samplers.h"
#include "metrics/pipeline/session.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::pipeline {

// A pipeline at work: sends readings through its processors, and keeps its sessions. Any thread may
// call anything; one reading passes at a time.
class Runner {
 public:
  using Clock = std::function<Time()>;
  // Told of a session that is over, and of each one while it lasts, now and then.
  using Keep = std::function<void(const Session&)>;
  // Lets readings come each second as long as what it returns lives.
  using Hasten = std::function<std::shared_ptr<void>()>;

  struct Config {
    Clock clock = [] { return std::chrono::system_clock::now(); };
    std::chrono::milliseconds interval = std::chrono::seconds(15);  // of the session `default`
    Keep keep = [](const Session&) {};
    Hasten hasten = [] { return nullptr; };
  };

  Runner(Plan plan, Config config);

  // From now on another plan: processors begin again, sessions go on.
  void setPlan(Plan plan);

  // What listeners get of a reading, as Readings::Processing.
  void process(const std::shared_ptr<const Snapshot>& reading, Snapshot& processed);
  // What /metrics shows of samples: those that `give` gives, through the processors that work
  // there.
  void expose(const std::function<void(Sink&)>& give, Sink& out);
  bool changesExposition() const;

  // Throws std::invalid_argument for a collector that there is not, or if eight sessions under way
  // keep samples already; of those that are over the oldest lets its samples go then. Returns its
  // id.
  std::string startSession(SessionSettings settings);
  // Whether there was one.
  bool stopSession(const std::string& id);
  // As JSON; empty if there is none of this id.
  std::string session(const std::string& id) const;
  // The samples that a session kept, as OpenMetrics with timestamps; nullopt if it keeps none or
  // there is none of this id.
  std::optional<std::string> samples(const std::string& id) const;
  // All of them as a list, the newest first, `default` last.
  std::string sessions() const;

  // What processors and samplers did, as JSON.
  std::string figures(const Samplers& samplers) const;
  // How the series of the last reading that match pass the processors, as text, at most so many.
  std::string way(const std::vector<SeriesMatch>& match, std::size_t most) const;

  // pipeline_samples_total, pipeline_errors_total, pipeline_quality_ratio.
  void collect(Sink& out) const;

 private:
  struct Kept {
    std::unique_ptr<Session> session;
    std::unique_ptr<Chain> chain = nullptr;  // of its own pipeline
    std::shared_ptr<void> haste = nullptr;
    std::optional<Time> reportedAt = {};
    Quality::Report reported = {};
    bool isDone = false;  // over, and kept so
  };

  // Returns those that the reading is for and that have no pipeline of their own.
  std::vector<Session*> beginSessions(const Snapshot& reading);
  void passAlone(const Kept& kept, const Snapshot& reading) const;
  void reportSessions(Time time);
  void forgetOld();
  void forgetOldSamples();

  const Config config_;
  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Plan> plan_;
  Paces paces_;
  std::shared_ptr<Chain> chain_;
  std::shared_ptr<Chain> exposed_;  // null if no processor works on /metrics
  std::vector<Kept> sessions_;      // the first is `default`
  std::shared_ptr<const Snapshot> last_;
};

}  // namespace orchestrator_exporter::pipeline
