#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "metrics/analysis/bottlenecks/detectors.h"
#include "metrics/analysis/tracks.h"

namespace orchestrator_exporter::analysis {

// One component of one resource of one host.
struct Place {
  std::string resource;
  std::string component;  // the values of the detector's labels; "host" without any
  std::string instance = {};

  friend auto operator<=>(const Place&, const Place&) = default;
};

// What a detector sees at one moment, one row a series.
struct Sighting {
  const Detector* detector = nullptr;
  Place place;
  LabelSet labels;
  double value = 0;
  double severity = 0;
};

struct Sightings {
  std::int64_t time = 0;
  std::vector<Sighting> all;
  std::vector<std::string> notObserved;  // ids of detectors without any series, each once
};

// What all detectors see at each time of the grid. An expression that the engine cannot answer
// counts as not observed.
std::vector<Sightings> observe(const Question& question, const Grid& grid);

// 100 (1 - product of (1 - w s)) over what was seen of each place; places where nothing is wrong
// have 0.
std::map<Place, double> impacts(const Sightings& sightings);

// One detector's part in a bottleneck.
struct Evidence {
  const Detector* detector = nullptr;
  LabelSet labels;
  double value = 0;
  double severity = 0;
  std::int64_t since = 0;    // above its low mark, ms
  std::vector<double> last;  // up to 20 values, the newest at the end
};

// Something that programs wait for.
struct Bottleneck {
  Place place;
  double impact = 0;
  std::int64_t since = 0;          // when the impact came to 20
  std::vector<Evidence> evidence;  // with a severity above 0, the worst first
};

// Tells when bottlenecks begin and end: at an impact of 20 that held for 2 minutes, and below 10
// for 5 minutes. What is not seen for less than 2 minutes, such as a latency between two messages,
// holds; longer it is no trouble any more. For one thread at a time.
class BottleneckTracker {
 public:
  struct Change {
    bool begins;
    Bottleneck bottleneck;
  };

  // Takes what was seen next; times ascend. Returns what began and ended with it.
  std::vector<Change> add(const Sightings& sightings);
  // Those that last, the worst first.
  std::vector<Bottleneck> current() const;
  // Of all places that were seen, at the last time.
  const std::map<Place, double>& impacts() const { return impacts_; }

 private:
  using SeriesKey = std::pair<const Detector*, LabelSet>;
  struct Seen {
    Place place;
    std::optional<std::int64_t> since = {};  // above the low mark
    std::deque<double> last = {};
    double severity = 0;
    std::int64_t time = 0;
  };
  struct State {
    bool lasts = false;
    std::optional<std::int64_t> above = {};  // since when the impact is 20 or more
    std::optional<std::int64_t> below = {};  // since when it is under 10
    std::int64_t seen = 0;
  };

  Bottleneck describe(const Place& place, const State& state) const;

  std::int64_t time_ = 0;
  std::map<Place, double> impacts_;
  std::map<SeriesKey, Seen> seen_;
  std::map<Place, State> states_;
};

}  // namespace orchestrator_exporter::analysis
