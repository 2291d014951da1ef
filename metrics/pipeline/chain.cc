#include "metrics/pipeline/chain.h"

namespace orchestrator_exporter::pipeline {

Chain::Chain(const std::vector<StepSettings>& steps, bool onExposition) {
  for (const StepSettings& settings : steps) {
    if (onExposition && !settings.onExposition) continue;
    steps_.push_back({settings, settings.make(), {.name = settings.name}});
  }
}

std::string_view Chain::pass(PassingSample& sample, Time time, const Trace& trace) {
  const std::lock_guard lock(mutex_);
  for (Step& step : steps_) {
    if (matchesAny(step.settings.match, sample.labels) == step.settings.isInverted) continue;
    ++step.figures.matched;
    const bool wasFlagged = sample.isFlagged;
    std::string_view reason = step.processor->apply(sample, time);
    if (reason.empty() && !sample.labels.has("__name__")) reason = "nameless";
    if (trace) trace(step.settings.name, sample, reason);
    if (sample.isFlagged && !wasFlagged) ++step.figures.flagged;
    if (reason.empty()) continue;
    const auto counted = step.figures.dropped.find(reason);
    if (counted == step.figures.dropped.end()) {
      step.figures.dropped.emplace(reason, 1);
    } else {
      ++counted->second;
    }
    return reason;
  }
  return {};
}

std::vector<Chain::Figures> Chain::figures() const {
  const std::lock_guard lock(mutex_);
  std::vector<Figures> all;
  for (const Step& step : steps_) all.push_back(step.figures);
  return all;
}

}  // namespace orchestrator_exporter::pipeline
