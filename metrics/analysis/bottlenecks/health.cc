#include "metrics/analysis/bottlenecks/health.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace orchestrator_exporter::analysis {

namespace {

constexpr std::array<std::pair<std::string_view, double>, 8> kWeights = {{{"memory", 0.6},
                                                                          {"coordination", 0.6},
                                                                          {"cpu", 0.5},
                                                                          {"io", 0.5},
                                                                          {"service", 0.5},
                                                                          {"network", 0.4},
                                                                          {"database", 0.4},
                                                                          {"ui", 0.3}}};

double weightOf(std::string_view resource) {
  const auto found = std::find_if(kWeights.begin(), kWeights.end(),
                                  [&](const auto& one) { return one.first == resource; });
  return found == kWeights.end() ? 0 : found->second;
}

std::string topDetector(const Sightings& sightings, const Place& place) {
  const Sighting* top = nullptr;
  const auto part = [](const Sighting& one) { return one.detector->weight * one.severity; };
  for (const Sighting& sighting : sightings.all) {
    if (sighting.place == place && (top == nullptr || part(sighting) > part(*top))) {
      top = &sighting;
    }
  }
  return top == nullptr ? "" : top->detector->id;
}

}  // namespace

std::string_view Health::band() const {
  constexpr int kGood = 90;
  constexpr int kFair = 70;
  constexpr int kPoor = 50;
  if (!score) return "unknown";
  return *score >= kGood   ? "good"
         : *score >= kFair ? "fair"
         : *score >= kPoor ? "poor"
                           : "critical";
}

Health healthOf(const Sightings& sightings) {
  Health health{{}, {}, sightings.notObserved};
  if (sightings.all.empty()) return health;
  std::map<std::string, std::pair<Place, double>> worst;
  for (const auto& [place, impact] : impacts(sightings)) {
    const auto [at, isNew] = worst.try_emplace(place.resource, place, impact);
    if (!isNew && impact > at->second.second) at->second = {place, impact};
  }
  double product = 1;
  double logarithms = 0;
  for (const auto& [resource, at] : worst) {
    const double factor = 1 - weightOf(resource) * at.second / 100;
    product *= factor;
    logarithms += std::log(factor);
    if (at.second > 0) {
      health.losses.push_back(
          {resource, at.first, at.second, std::log(factor), topDetector(sightings, at.first)});
    }
  }
  health.score = static_cast<int>(std::lround(100 * product));
  for (Loss& loss : health.losses) {
    loss.points = logarithms < 0 ? (100 - *health.score) * loss.points / logarithms : 0;
  }
  std::stable_sort(health.losses.begin(), health.losses.end(),
                   [](const Loss& a, const Loss& b) { return a.points > b.points; });
  return health;
}

}  // namespace orchestrator_exporter::analysis
