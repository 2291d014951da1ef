#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "metrics/history/index/postings.h"
#include "metrics/history/store/sqlite/database.h"
#include "metrics/label_set.h"

namespace orchestrator_exporter::history {

// How long some series are kept, in the place of what counts for all.
struct SeriesRetention {
  std::string name;  // tells it from others
  std::function<bool(const LabelSet&)> matches;
  std::chrono::milliseconds readings{};
  std::chrono::milliseconds fiveMinutes{};
  std::chrono::milliseconds hour{};
};

// How long what is kept, and how many bytes all of it may take.
struct Retention {
  std::chrono::milliseconds readings = std::chrono::hours(24 * 7);
  std::chrono::milliseconds fiveMinutes = std::chrono::hours(24 * 90);
  std::chrono::milliseconds hour = std::chrono::hours(24 * 365);
  std::int64_t bytes = std::int64_t{2'000'000'000};
  std::vector<SeriesRetention> ofSeries = {};  // the first that matches a series has it
};

// The series of a file in groups that are kept equally long.
class SeriesAges {
 public:
  struct Group {
    std::string name;
    std::array<std::chrono::milliseconds, 3> ages;  // of readings, of five minutes, of an hour
  };

  // Reads the labels of all series if there is more than one group. Groups without series are left
  // out, but for the first: that of all series that no other one has.
  SeriesAges(Database& database, const Retention& retention);

  const std::vector<Group>& groups() const { return groups_; }
  // The place of a series' group.
  std::size_t of(SeriesId series) const {
    const auto known = others_.find(series);
    return known == others_.end() ? 0 : known->second;
  }

 private:
  std::vector<Group> groups_;
  std::unordered_map<SeriesId, std::size_t> others_;  // those that are not in the first
};

}  // namespace orchestrator_exporter::history
