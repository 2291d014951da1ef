#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/pipeline/plan.h"
#include "metrics/sink.h"

namespace orchestrator_exporter::pipeline {

// Which observations a pipeline records: those in the range of their family, and of these what the
// sampler takes whose rule names the family. Thread-safe.
class Samplers {
 public:
  // What a rule let through.
  struct Figures {
    std::string match;
    std::optional<double> ratio;    // of observations that were recorded; nullopt before the first
    std::vector<double> reservoir;  // values, in no order
  };

  // From now on these; counts of samplers begin again.
  void setRules(const std::vector<SamplingRule>& rules,
                const std::vector<ObservationRange>& ranges = {});

  // Whether an observation of a family is recorded: if it is in range, the first rule that has the
  // family says so, and without one it is.
  bool take(std::string_view family, double value, Sampler::Time now);

  // pipeline_sampling_ratio, of rules that had an observation; and pipeline_errors_total of the
  // stage `observed`, once an observation was out of range.
  void collect(Sink& out) const;
  // Of each rule.
  std::vector<Figures> figures() const;

 private:
  struct Rule {
    std::string name;  // as the label says it
    std::vector<SeriesMatch> series;
    std::unique_ptr<Sampler> sampler;
  };

  mutable std::mutex mutex_;  // guards what follows
  std::vector<Rule> rules_;
  struct Known {
    Sampler* sampler;                       // null if no rule has the family
    std::optional<ObservationRange> range;  // of its values
  };
  std::map<std::string, Known, std::less<>> known_;  // by family
  std::vector<ObservationRange> ranges_;
  std::uint64_t outOfRange_ = 0;
};

}  // namespace orchestrator_exporter::pipeline
