#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "metrics/exposition/text_parser.h"
#include "metrics/source.h"

namespace orchestrator_exporter {

// One series of a pushed group.
struct GroupSample {
  std::string labelText;   // as FamilySink::preparedSample takes it
  std::uint64_t hash = 0;  // of the family's name and the labels
  double value = 0;
  std::unique_ptr<const ParsedDistribution> distribution = {};  // of histograms and summaries
};

struct GroupFamily {
  std::string name;
  std::string help;
  MetricType type = MetricType::kUntyped;
  double time = 0;  // of its push, in Unix seconds
  std::vector<GroupSample> samples;

  void give(Sink& out) const;
};

// What was pushed under one set of labels. Times are Unix seconds, 0 if there was none.
struct PushGroup {
  using Labels = std::map<std::string, std::string>;

  Labels labels;
  double pushTime = 0;     // of the last push that was taken
  double failureTime = 0;  // of the last one that was refused
  double ttl = 0;          // seconds from the last push on; 0: it stays
  std::map<std::string, std::shared_ptr<const GroupFamily>> families = {};

  // All that is shown of it, push_time_seconds and push_failure_time_seconds too.
  void give(Sink& out) const;
  // When it expires, in Unix seconds; nullopt if it stays.
  std::optional<double> expiry() const;
};

// Groups of series as Pushgateway keeps them: a push takes the place of its group or of some
// families of it, and all stay until they are deleted. Any thread may call anything; a collection
// waits for no push.
class PushGroups final : public Source {
 public:
  struct Config {
    std::size_t maxSeries = 100'000;
    std::size_t maxSeriesPerFamily = 2'000;
    double ttl = 0;                         // of groups whose pushes say nothing else
    std::function<double()> unixTime = {};  // the system's clock if empty
    // The type that a family has in other sources of this program.
    std::function<std::optional<MetricType>(std::string_view)> typeElsewhere =
        [](std::string_view) { return std::nullopt; };
  };
  enum class Replace : std::uint8_t { kGroup, kFamilies };

  PushGroups() : PushGroups(Config{}) {}
  explicit PushGroups(Config config);

  // Puts families in the place of the group, or of its families of the same names. Labels of the
  // group go over those of samples, and `instance` is added if there is none. A family that another
  // group has keeps its help. Whole or not at all:
  // returns why it was refused, if it was. Then the group, which is made if there is none, has the
  // time of the failure. `ttl` in seconds.
  std::optional<std::string> push(const PushGroup::Labels& labels, Replace replace,
                                  std::span<const ParsedFamily> families,
                                  std::optional<double> ttl = std::nullopt);
  // Puts a group back that was kept elsewhere, with its times; `group` has no families. `told` is
  // what samples do not tell of families.
  struct FamilyTold {
    std::string help;
    double time = 0;
  };
  std::optional<std::string> restore(const PushGroup& group, std::span<const ParsedFamily> families,
                                     const std::map<std::string, FamilyTold>& told);
  // Notes that a push could not be understood, if there is such a group.
  void noteFailure(const PushGroup::Labels& labels);
  // Notes that a push that was understood was refused; makes the group if there is none.
  void noteRefusal(const PushGroup::Labels& labels);
  void remove(const PushGroup::Labels& labels);
  void removeAll();

  void collect(Sink& out) override;
  // All groups that have not expired, in the order of their labels.
  std::vector<std::shared_ptr<const PushGroup>> groups();
  // Never waits for a push.
  std::size_t seriesCount() const { return seriesCount_.load(std::memory_order_relaxed); }
  // Called after each change, by the thread that made it.
  void listen(std::function<void()> changed) { changed_ = std::move(changed); }

 private:
  // What all groups have of a family: the help is that of the first.
  struct Use {
    MetricType type = MetricType::kUntyped;
    std::string help = {};
    std::size_t groups = 0;
    std::size_t series = 0;
  };
  using GroupPointer = std::shared_ptr<const PushGroup>;
  using Families = std::map<std::string, std::shared_ptr<const GroupFamily>>;
  using NewFamilies = std::map<std::string, std::shared_ptr<GroupFamily>>;

  // All below with pushing_ held.
  std::optional<std::string> replace(PushGroup group, Replace replace, NewFamilies families);
  std::optional<std::string> fault(const Families& old, const NewFamilies& added) const;
  std::optional<std::string> faultOf(const GroupFamily& family, const GroupFamily* old,
                                     std::unordered_set<std::uint64_t>& seen) const;
  // Families are told apart by the names of their samples, too: x_count is one of a histogram x.
  std::optional<std::string> collision(const GroupFamily& family, const Families& old,
                                       const NewFamilies& added) const;
  void count(GroupFamily& family);
  void uncount(const GroupFamily& family);
  void removeOne(const PushGroup::Labels& labels);
  void expire(double now);
  void fail(const PushGroup::Labels& labels, const GroupPointer& old);
  GroupPointer find(const PushGroup::Labels& labels) const;
  void put(PushGroup group);
  void changed() const {
    if (changed_) changed_();
  }

  const Config config_;
  std::function<void()> changed_;
  std::mutex pushing_;  // guards the two that follow, and who changes groups_
  std::unordered_map<std::string, Use> uses_;
  std::unordered_set<std::uint64_t> series_;
  std::atomic<std::size_t> seriesCount_ = 0;  // what series_ has
  mutable std::mutex mutex_;                  // guards groups_, held for a moment
  std::map<PushGroup::Labels, GroupPointer> groups_;
};

}  // namespace orchestrator_exporter
