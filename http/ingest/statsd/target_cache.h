#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/statsd/target.h"
#include "metrics/series_index.h"

namespace orchestrator_exporter::http::statsd {

// A line with one sample, cut at its value: all lines that differ in it alone mean the same.
struct CutLine {
  std::string_view name;  // with the tags of other dialects than DogStatsD's
  std::string_view value;
  std::string_view suffix;  // type, rate and tags

  // nullopt if there are several values or samples.
  static std::optional<CutLine> of(std::string_view line);
};

// What lines of one kind become, so that only the value of the next one must be read. For one
// thread.
class TargetCache {
 public:
  struct Entry {
    std::string key;
    Sample shape;  // all but the value
    bool hasTags = false;
    bool isMapped = false;
    std::unique_ptr<Target> target;  // null if a mapping drops it
  };

  // Of `most` entries; 0 remembers nothing.
  explicit TargetCache(std::size_t most) : most_(most) {}

  // Null if there is none. Valid until the next add() or clear().
  Entry* find(const CutLine& line);
  // There must be none of this line. When it is full, one of the others goes.
  void add(const CutLine& line, Entry entry);
  void clear();

 private:
  static std::uint32_t hash(const CutLine& line);

  const std::size_t most_;
  SeriesIndex index_;
  std::vector<Entry> entries_;
  std::size_t victim_ = 0;
};

}  // namespace orchestrator_exporter::http::statsd
