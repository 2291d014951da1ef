#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/ingest/statsd/glob_tree.h"
#include "http/ingest/statsd/line.h"
#include "http/ingest/statsd/mapping.h"

namespace orchestrator_exporter::http::statsd {

// A name as Prometheus may have it: every character but letters, digits and underscores becomes an
// underscore, and a leading digit gets one before it.
std::string plainName(std::string_view name);

// What a name of StatsD and its tags become.
struct Mapped {
  const Mapping* mapping = nullptr;  // null if none fits
  std::string name;
  std::map<std::string, std::string, std::less<>> labels;
};

// Finds the mapping of names: globs first, then regular expressions. Safe for several threads.
class Mapper {
 public:
  explicit Mapper(Mappings mappings);

  Mapped map(std::string_view name, MetricKind kind, const std::vector<Tag>& tags) const;
  const Mappings& mappings() const { return mappings_; }

 private:
  const Mapping* findGlob(std::string_view name, MetricKind kind,
                          std::vector<std::string_view>& captures) const;
  const Mapping* findPattern(std::string_view name, MetricKind kind,
                             std::vector<std::string_view>& captures) const;

  Mappings mappings_;
  GlobTree globs_;
};

}  // namespace orchestrator_exporter::http::statsd
