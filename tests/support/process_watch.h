#pragma once

#include <optional>
#include <string>

#include "tests/support/scraped_collector.h"

namespace orchestrator_exporter::test {

// The collector namedprocess on this machine.
class ProcessWatch : public ScrapedCollector {
 public:
  // Comes back when processes that start from now on count as young.
  explicit ProcessWatch(const Flags& flags);
  // The same with a comma separated list of commands, each a group.
  explicit ProcessWatch(const std::string& names)
      : ProcessWatch(Flags{{"collector.namedprocess.names", names}}) {}

  // A series of a family, such as "num_procs", of a group; with labels that stand before and behind
  // the group's name, such as ",mode=\"user\"".
  std::optional<double> find(const std::string& family, const std::string& group,
                             const std::string& before = {}, const std::string& behind = {}) const;
  // The same, but -1 where it is not there.
  double of(const std::string& family, const std::string& group, const std::string& before = {},
            const std::string& behind = {}) const {
    return find(family, group, before, behind).value_or(-1);
  }
  // Both modes of the group's time on processors.
  double cpu(const std::string& group) const;
};

}  // namespace orchestrator_exporter::test
