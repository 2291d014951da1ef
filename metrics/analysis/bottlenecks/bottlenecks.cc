#include "metrics/analysis/bottlenecks/bottlenecks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "metrics/promql/values/query_error.h"

namespace orchestrator_exporter::analysis {

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr double kBegins = 20;
constexpr double kEnds = 10;
constexpr std::int64_t kHolds = 2 * kMinute;
constexpr std::int64_t kGone = 5 * kMinute;

Place placeOf(const Detector& detector, const LabelSet& labels) {
  std::string component;
  for (const std::string& name : detector.component) {
    component += (component.empty() ? "" : " to ") + std::string(labels.get(name));
  }
  if (component.empty()) component = detector.component.empty() ? "host" : "(unnamed)";
  return {detector.resource, component, std::string(labels.get("instance"))};
}

std::vector<Track> seenBy(const Detector& detector, const Question& question, const Grid& grid) {
  try {
    return evaluate(question, {.name = detector.id, .expression = detector.expression}, grid);
  } catch (const promql::QueryError&) {
    return {};
  }
}

}  // namespace

std::vector<Sightings> observe(const Question& question, const Grid& grid) {
  std::vector<Sightings> all;
  for (std::int64_t time = grid.start; time <= grid.end; time += grid.step) {
    all.push_back({time, {}, {}});
  }
  std::vector<std::set<std::string>> observed(all.size());
  for (const Detector& detector : detectors()) {
    for (const Track& track : seenBy(detector, question, grid)) {
      const Place place = placeOf(detector, track.labels);
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (std::isnan(track.values[i])) continue;
        observed[i].insert(detector.id);
        all[i].all.push_back(
            {&detector, place, track.labels, track.values[i], detector.severity(track.values[i])});
      }
    }
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const Detector& detector : detectors()) {
      auto& missing = all[i].notObserved;
      if (observed[i].contains(detector.id)) continue;
      if (missing.empty() || missing.back() != detector.id) missing.push_back(detector.id);
    }
  }
  return all;
}

std::map<Place, double> impacts(const Sightings& sightings) {
  // Of several series of one detector at one place, such as two devices under one mount, the worst.
  std::map<Place, std::map<const Detector*, double>> worst;
  for (const Sighting& sighting : sightings.all) {
    double& severity = worst[sighting.place][sighting.detector];
    severity = std::max(severity, sighting.severity);
  }
  std::map<Place, double> all;
  for (const auto& [place, severities] : worst) {
    double well = 1;
    for (const auto& [detector, severity] : severities) well *= 1 - detector->weight * severity;
    all[place] = 100 * (1 - well);
  }
  return all;
}

std::vector<BottleneckTracker::Change> BottleneckTracker::add(const Sightings& sightings) {
  constexpr std::size_t kKept = 20;
  time_ = sightings.time;
  for (const Sighting& sighting : sightings.all) {
    const SeriesKey key{sighting.detector, sighting.labels};
    const auto known = seen_.find(key);
    // What was never above its mark needs no memory.
    if (known == seen_.end() && sighting.severity == 0) continue;
    Seen& seen = known == seen_.end() ? seen_[key] : known->second;
    seen.place = sighting.place;
    seen.time = time_;
    seen.severity = sighting.severity;
    if (sighting.severity == 0) {
      seen.since.reset();
    } else if (!seen.since) {
      seen.since = time_;
    }
    seen.last.push_back(sighting.value);
    if (seen.last.size() > kKept) seen.last.pop_front();
  }
  std::erase_if(seen_, [&](const auto& entry) { return entry.second.time + 2 * kGone < time_; });

  impacts_ = analysis::impacts(sightings);
  for (const auto& [place, impact] : impacts_) states_[place].seen = time_;
  // A place whose series are gone is not in trouble any more.
  for (const auto& [place, state] : states_) impacts_.try_emplace(place, 0);
  std::vector<Change> changes;
  for (const auto& [place, impact] : impacts_) {
    State& state = states_[place];
    if (impact < kBegins) {
      const bool mayHold = state.seen != time_ && time_ - state.seen < kHolds;
      if (!state.lasts && !mayHold) state.above.reset();
    } else if (!state.above) {
      state.above = time_;
    }
    if (impact >= kEnds) {
      state.below.reset();
    } else if (!state.below) {
      state.below = time_;
    }
    if (!state.lasts && state.above && time_ - *state.above >= kHolds && impact >= kBegins) {
      state.lasts = true;
      changes.push_back({true, describe(place, state)});
    } else if (state.lasts && state.below && time_ - *state.below >= kGone) {
      changes.push_back({false, describe(place, state)});
      state = {};
    }
  }
  std::erase_if(states_,
                [&](const auto& entry) { return !entry.second.lasts && !entry.second.above; });
  return changes;
}

Bottleneck BottleneckTracker::describe(const Place& place, const State& state) const {
  const auto impact = impacts_.find(place);
  Bottleneck bottleneck{
      place, impact == impacts_.end() ? 0 : impact->second, state.above.value_or(time_), {}};
  for (const auto& [key, seen] : seen_) {
    if (seen.place != place || seen.time != time_ || !(seen.severity > 0)) continue;
    bottleneck.evidence.push_back({key.first,
                                   key.second,
                                   seen.last.back(),
                                   seen.severity,
                                   seen.since.value_or(time_),
                                   {seen.last.begin(), seen.last.end()}});
  }
  std::stable_sort(bottleneck.evidence.begin(), bottleneck.evidence.end(),
                   [](const Evidence& a, const Evidence& b) {
                     return a.detector->weight * a.severity > b.detector->weight * b.severity;
                   });
  return bottleneck;
}

std::vector<Bottleneck> BottleneckTracker::current() const {
  std::vector<Bottleneck> all;
  for (const auto& [place, state] : states_) {
    if (state.lasts) all.push_back(describe(place, state));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Bottleneck& a, const Bottleneck& b) { return a.impact > b.impact; });
  return all;
}

}  // namespace orchestrator_exporter::analysis
