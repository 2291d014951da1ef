#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/pipeline/processor.h"
#include "metrics/pipeline/series_match.h"

namespace orchestrator_exporter::pipeline {

// One processor as it is configured.
struct StepSettings {
  std::string name;
  std::vector<SeriesMatch> match = {};
  // Works on what does not match: a filter that keeps drops the others.
  bool isInverted = false;
  bool onExposition = false;  // works on /metrics too
  std::function<std::unique_ptr<Processor>()> make = {};
};

// Processors one after the other, and what became of the samples that they got. Samples pass one at
// a time, from any thread.
class Chain {
 public:
  struct Figures {
    std::string name;
    std::uint64_t matched = 0;
    std::uint64_t flagged = 0;
    std::map<std::string, std::uint64_t, std::less<>> dropped = {};  // by reason
  };
  // Told of each step that a sample takes: its name, and the sample after it or why it was dropped.
  using Trace =
      std::function<void(const std::string& step, const PassingSample&, std::string_view reason)>;

  // With `onExposition`, only the steps that work on /metrics.
  explicit Chain(const std::vector<StepSettings>& steps, bool onExposition = false);

  bool empty() const { return steps_.empty(); }
  // Returns why the sample goes no further; empty if it does. A sample without a name is dropped.
  std::string_view pass(PassingSample& sample, Time time, const Trace& trace = {});
  std::vector<Figures> figures() const;

 private:
  struct Step {
    StepSettings settings;
    std::unique_ptr<Processor> processor;
    Figures figures;
  };

  mutable std::mutex mutex_;
  std::vector<Step> steps_;
};

}  // namespace orchestrator_exporter::pipeline
