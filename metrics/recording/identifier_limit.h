#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "metrics/base/utf8.h"
#include "metrics/registry/metrics_registry.h"

namespace orchestrator_exporter {

// The longest identifier of a record, in bytes, unless something else is asked for.
constexpr int kLongestIdentifier = 1024;

// Cuts identifiers that are longer than allowed and counts the records that had one in
// metrics_collector_cut_identifiers_total, one family for all who record into one registry.
// Thread-safe.
class IdentifierLimit {
 public:
  IdentifierLimit(MetricsRegistry& registry, std::size_t longest)
      : longest_(longest),
        family_(registry.counter("metrics_collector_cut_identifiers_total",
                                 "Records with an identifier that was too long and was cut.")) {}

  std::size_t longest() const { return longest_; }

  // False if all of them, valid UTF-8, were short enough.
  bool cut(std::span<std::string_view> identifiers) const {
    bool any = false;
    for (std::string_view& identifier : identifiers) {
      if (identifier.size() <= longest_) continue;
      identifier = utf8Prefix(identifier, longest_);
      any = true;
    }
    if (any) family_.with({}).add();
    return any;
  }

 private:
  const std::size_t longest_;
  Counters family_;
};

}  // namespace orchestrator_exporter
