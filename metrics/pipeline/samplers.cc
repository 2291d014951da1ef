#include "metrics/pipeline/samplers.h"

namespace orchestrator_exporter::pipeline {

void Samplers::setRules(const std::vector<SamplingRule>& rules,
                        const std::vector<ObservationRange>& ranges) {
  const std::lock_guard lock(mutex_);
  ranges_ = ranges;
  rules_.clear();
  known_.clear();
  for (const SamplingRule& rule : rules) {
    std::string name;
    for (const std::string& text : rule.match) name += (name.empty() ? "" : ",") + text;
    rules_.push_back({std::move(name), rule.series, std::make_unique<Sampler>(rule.settings)});
  }
}

bool Samplers::take(std::string_view family, double value, Sampler::Time now) {
  const std::lock_guard lock(mutex_);
  if (rules_.empty() && ranges_.empty()) return true;
  auto known = known_.find(family);
  if (known == known_.end()) {
    const LabelSet series{{"__name__", std::string(family)}};
    Sampler* sampler = nullptr;
    for (const Rule& rule : rules_) {
      if (sampler == nullptr && matchesAny(rule.series, series)) sampler = rule.sampler.get();
    }
    const auto range = std::ranges::find(ranges_, family, &ObservationRange::family);
    known = known_
                .emplace(family, Known{sampler, range == ranges_.end() ? std::nullopt
                                                                       : std::optional(*range)})
                .first;
  }
  const auto& [sampler, range] = known->second;
  if (range && !(value >= range->least && value <= range->most)) {
    ++outOfRange_;
    return false;
  }
  return sampler == nullptr || sampler->take(value, now);
}

void Samplers::collect(Sink& out) const {
  const std::lock_guard lock(mutex_);
  if (outOfRange_ > 0) {
    out.counter("pipeline_errors_total", "Samples that went no further, by the reason.")
        .add(static_cast<double>(outOfRange_),
             {{"session", "default"}, {"stage", "observed"}, {"reason", "range"}});
  }
  for (const Rule& rule : rules_) {
    const auto ratio = rule.sampler->ratio();
    if (!ratio) continue;
    out.gauge("pipeline_sampling_ratio", "The share of observations that was recorded.")
        .add(*ratio, {{"match", rule.name}});
  }
}

std::vector<Samplers::Figures> Samplers::figures() const {
  const std::lock_guard lock(mutex_);
  std::vector<Figures> all;
  for (const Rule& rule : rules_) {
    all.push_back({rule.name, rule.sampler->ratio(), rule.sampler->reservoir()});
  }
  return all;
}

}  // namespace orchestrator_exporter::pipeline
