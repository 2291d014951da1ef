#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/pipeline/plan.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::pipeline {

// The samplers of a pipeline, each for the families that its rule names. Thread-safe.
class Samplers {
 public:
  // From now on these; their counts begin again.
  void setRules(const std::vector<SamplingRule>& rules);

  // Whether an observation of a family is recorded: the first rule that has it says so, and without
  // one it is.
  bool take(std::string_view family, double value, Sampler::Time now);

  // pipeline_sampling_ratio, of rules that had an observation.
  void collect(Sink& out) const;

 private:
  struct Rule {
    std::string name;  // as the label says it
    std::vector<SeriesMatch> series;
    std::unique_ptr<Sampler> sampler;
  };

  mutable std::mutex mutex_;  // guards what follows
  std::vector<Rule> rules_;
  std::map<std::string, Sampler*, std::less<>> known_;  // by family; null if no rule has it
};

}  // namespace orchestrator_exporter::pipeline
