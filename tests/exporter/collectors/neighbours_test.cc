#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string_view>

#include "tests/support/expositions.h"
#include "tests/support/mutations.h"
#include "tests/support/spoilt_system.h"

// No bad item takes its neighbours with it. One file, line or attribute after the other of those
// that a collector opens below fixtures/typical is spoilt, and every sample that does not depend on
// it is still given, with the same value. Of a file that cannot be read and costs samples, the
// collector says so.
//
// What depends on a line is found by experiment: the samples that change or go when a number or a
// word of it is another one, or when it is taken out, while the collector still succeeds.

namespace orchestrator_exporter {

namespace {

namespace fs = std::filesystem;

using Samples = std::map<std::string, std::string, std::less<>>;  // values by series
using SeriesSet = std::set<std::string, std::less<>>;

// In the place of a line: the file, but none of its lines.
constexpr std::string_view kFileItself = "\n";

// What may go as a whole when a line or a file is spoilt, and why.
struct Whole {
  std::string_view collector;
  std::string_view file;
  std::string_view line;  // its beginning; empty for the file and every line, or kFileItself
  std::string_view reason;
};

const std::vector<Whole> kWholes = {
    {"bonding", "sys/class/net/bond0/bonding/slaves", "", "how many they are is all that it tells"},
    {"bonding", "sys/class/net/bond1/bonding/slaves", "", "the same"},
    {"cgroup", "sys/fs/cgroup/cgroup.controllers", "",
     "without it there are no cgroups of version 2"},
    {"cpu", "sys/devices/system/cpu/cpu0/online", "",
     "if it is missing, node_exporter has no such family: most often that is so by design"},
    {"cpufreq", "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "",
     "which of the governors is active is all that they tell"},
    {"cpufreq", "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "", "the same"},
    {"infiniband", "sys/class/infiniband/irdma0/ports/1/hw_counters/lifespan", "",
     "of its milliseconds the whole seconds are shown"},
    {"infiniband", "sys/class/infiniband/mlx5_0/ports/1/hw_counters/lifespan", "", "the same"},
    {"mdadm", "proc/mdstat", kFileItself, "without it there is no driver of arrays"},
    {"mdadm", "sys/block/md0/md/level", "", "without it nobody knows whether it should have disks"},
    {"mdadm", "sys/block/md1/md/level", "", "the same"},
    {"namedprocess", "proc/1/stat", "", "without it there is no process"},
    {"namedprocess", "proc/1/status", "", "without it nobody knows whose process it is"},
    {"namedprocess", "proc/204/stat", "", "without it there is no process"},
    {"namedprocess", "proc/204/status", "", "without it nobody knows whose process it is"},
    {"namedprocess", "proc/204/task/204/stat", "", "without it there is no thread"},
    {"namedprocess", "proc/204/task/204/status", "", "the same"},
    {"namedprocess", "proc/204/task/205/stat", "", "the same"},
    {"namedprocess", "proc/204/task/205/status", "", "the same"},
    {"netclass", "sys/class/net/lo/operstate", "",
     "without it nobody knows whether the device is up; lo never says so"},
    {"pcidevice", "sys/devices/pci0000:00/0000:00:01.1/d3cold_allowed", "",
     "every number but 0 is a yes"},
    {"pcidevice", "sys/devices/pci0000:00/0000:00:01.1/power_state", "",
     "its one word gives all states of the device"},
    {"pcidevice", "sys/devices/pci0000:00/0000:00:01.1/0000:01:00.0/d3cold_allowed", "",
     "every number but 0 is a yes"},
    {"pcidevice", "sys/devices/pci0000:00/0000:00:01.1/0000:01:00.0/power_state", "",
     "its one word gives all states of the device"},
    {"pcidevice", "sys/devices/pci0000:00/0000:00:01.1/0000:01:00.0/sriov_drivers_autoprobe", "",
     "every number but 0 is a yes"},
    {"processes", "proc/1/stat", "", "without it there is no process"},
    {"processes", "proc/204/stat", "", "without it there is no process"},
    {"runit", "flags/collector.runit.servicedir/job/supervise/status", "",
     "without it there is no service"},
    {"runit", "flags/collector.runit.servicedir/web/supervise/status", "",
     "without it there is no service"},
    {"zfs", "proc/spl/kstat/zfs/tank/state", "", "its one word gives all states of the pool"},
};

// Collectors that do not tell of every file that they cannot read, and why.
const std::map<std::string_view, std::string_view> kSilent = {
    {"dmi", "it is read once, and most of it is for root alone"},
    {"namedprocess", "it counts the processes of which something cannot be read"},
};

// Families that count what is spoilt, and are no neighbours of it.
bool countsFaults(std::string_view series) {
  return series == "namedprocess_scrape_partial_errors" ||
         series == "namedprocess_scrape_procread_errors";
}

struct Reading {
  Samples samples;
  RunWords words;
};

// What was found while one thing after the other was spoilt, a message each.
struct Findings {
  std::vector<std::string> losses;  // of what does not depend on it
  std::vector<std::string> untold;  // what was lost without a word
};

Samples samplesOf(const std::string& body) {
  Samples samples;
  for (std::string_view line : linesOf(body)) {
    if (line.starts_with('#')) continue;
    line.remove_suffix(1);
    const std::size_t space = line.rfind(' ');
    samples.emplace(line.substr(0, space), line.substr(space + 1));
  }
  return samples;
}

// What is spoilt, for the message of a failure.
struct Place {
  std::string file;
  std::size_t line = 0;  // from 1 on; 0 for the whole file
  std::string text = {};
};

// One collector on a host that is healthy at first.
class Neighbourhood {
 public:
  Neighbourhood(const CollectorDefinition& definition, const SpoiltSystem& system,
                const Flags& flags)
      : definition_(definition), system_(system), flags_(flags), healthy_(read().samples) {
    for (const auto& [series, value] : read().samples) {
      const auto before = healthy_.find(series);
      if (before != healthy_.end() && before->second != value) unsteady_.insert(series);
    }
  }

  const Findings& spoilEachFile() {
    for (const std::string& file : system_.filesOf(definition_, flags_)) spoilFile(file);
    return findings_;
  }

 private:
  Reading read() const {
    Reading reading;
    const std::string body = exposeText(
        [&](Sink& out) { reading.words = collectInto(out, definition_, system_.roots(), flags_); });
    reading.samples = samplesOf(body);
    return reading;
  }

  // The samples of the healthy host that are not in the reading, or with another value.
  SeriesSet lostIn(const Reading& reading) const {
    SeriesSet lost;
    for (const auto& [series, value] : healthy_) {
      if (countsFaults(series)) continue;
      const auto found = reading.samples.find(series);
      const bool there = found != reading.samples.end();
      if (!there || (found->second != value && !unsteady_.contains(series))) lost.insert(series);
    }
    return lost;
  }

  // The samples that change or go with this content.
  SeriesSet dependentsOn(const fs::path& path, const std::string& content) const {
    const Spoilt changed(path, content);
    const Reading reading = read();
    return reading.words.failure.empty() ? lostIn(reading) : SeriesSet();
  }

  SeriesSet dependentsOnLine(const fs::path& path, std::size_t line) const {
    const std::string original = contentOf(path);
    const std::vector<std::string_view> lines = linesOf(original);
    SeriesSet dependents;
    for (const std::string& variant : lineVariants(lines[line])) {
      dependents.merge(dependentsOn(path, withLine(lines, line, variant)));
    }
    if (lines.size() > 1) dependents.merge(dependentsOn(path, withLine(lines, line, "")));
    return dependents;
  }

  static std::string withLine(const std::vector<std::string_view>& lines, std::size_t at,
                              std::string_view replacement) {
    std::string content;
    for (std::size_t i = 0; i < lines.size(); ++i) content += i == at ? replacement : lines[i];
    return content;
  }

  void spoilFile(const std::string& file) {
    const fs::path path = system_.root() / file;
    const std::string original = contentOf(path);
    const std::vector<std::string_view> lines = linesOf(original);
    SeriesSet ofFile;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      SeriesSet ofLine = dependentsOnLine(path, i);
      if (lines.size() > 1) spoilLine(file, lines, i, ofLine);
      ofFile.merge(ofLine);
    }
    expectNeighbours({file}, "empty", ofFile, [&] { return Spoilt(path, ""); });
    expectNeighbours({file}, "of no sense", ofFile,
                     [&] { return Spoilt(path, "no such thing\n"); });
    expectNeighbours({file}, "missing", ofFile, [&] { return Spoilt::asMissing(path); });
    expectTold(file, expectNeighbours({file}, "unreadable", ofFile,
                                      [&] { return Spoilt::asUnreadable(path); }));
  }

  void spoilLine(const std::string& file, const std::vector<std::string_view>& lines,
                 std::size_t at, const SeriesSet& dependents) {
    const fs::path path = system_.root() / file;
    const std::string_view line = lines[at];
    const Place place{file, at + 1, std::string(line.substr(0, line.find('\n')))};
    for (const Mutation& mutation : lineMutations()) {
      const std::string changed = mutation.apply(line);
      if (changed == line) continue;
      expectNeighbours(place, mutation.name, dependents,
                       [&] { return Spoilt(path, withLine(lines, at, changed)); });
    }
    for (const std::string unknown : {"\n", "an unknown line\n", "unknown 1 2 3\n"}) {
      const std::string followed = std::string(line) + unknown;
      expectNeighbours(place, "followed by '" + unknown.substr(0, unknown.size() - 1) + "'", {},
                       [&] { return Spoilt(path, withLine(lines, at, followed)); });
    }
  }

  // What the collector gave with it spoilt.
  template <typename Spoil>
  Reading expectNeighbours(const Place& place, std::string_view how, const SeriesSet& dependents,
                           Spoil spoil) {
    Reading reading;
    {
      const Spoilt spoilt = spoil();
      reading = read();
    }
    SeriesSet lost = lostIn(reading);
    std::erase_if(lost, [&](const auto& series) { return dependents.contains(series); });
    if (lost.empty()) return reading;
    // Some values, such as the free space of a file system, move by themselves.
    const SeriesSet moving = lostIn(read());
    std::erase_if(lost, [&](const auto& series) {
      return reading.samples.contains(series) && moving.contains(series);
    });
    if (lost.empty() || isExcused(place)) return reading;
    const std::string line =
        place.line == 0 ? "" : ":" + std::to_string(place.line) + " '" + place.text + "'";
    const std::string& failure = reading.words.failure;
    findings_.losses.push_back(definition_.name + ": " + place.file + line + " " +
                               std::string(how) + ": " + std::to_string(lost.size()) + " of " +
                               std::to_string(healthy_.size()) +
                               " samples lost that do not depend on it, such as " + *lost.begin() +
                               (failure.empty() ? "" : "\n  failed: " + failure));
    return reading;
  }

  void expectTold(const std::string& file, const Reading& unreadable) {
    const SeriesSet lost = lostIn(unreadable);
    const auto& [failure, complaint] = unreadable.words;
    if (lost.empty() || !failure.empty() || !complaint.empty()) return;
    findings_.untold.push_back(definition_.name + ": " + file + " unreadable: not a word of " +
                               std::to_string(lost.size()) + " samples lost, such as " +
                               *lost.begin());
  }

  bool isExcused(const Place& place) const {
    return std::any_of(kWholes.begin(), kWholes.end(), [&](const Whole& whole) {
      const bool isOfFile = whole.collector == definition_.name && whole.file == place.file;
      if (whole.line == kFileItself) return isOfFile && place.line == 0;
      return isOfFile && place.text.starts_with(whole.line);
    });
  }

  const CollectorDefinition& definition_;
  const SpoiltSystem& system_;
  const Flags& flags_;
  Samples healthy_;
  SeriesSet unsteady_;  // those whose values move by themselves
  Findings findings_;
};

}  // namespace

class Neighbours : public testing::TestWithParam<std::string> {};

TEST_P(Neighbours, AreGivenWhateverIsSpoilt) {
  const CollectorDefinition& definition = definitionOf(GetParam());
  const SpoiltSystem system;
  const Flags flags = flagsFor(definition, system.root());
  const std::string failure = startFailure(definition, system.roots(), flags);
  if (!failure.empty()) GTEST_SKIP() << failure;
  Findings findings = Neighbourhood(definition, system, flags).spoilEachFile();

  const auto switched = switchedFlagsFor(definition, system.root());
  if (switched && startFailure(definition, system.roots(), *switched).empty()) {
    const Findings more = Neighbourhood(definition, system, *switched).spoilEachFile();
    findings.losses.insert(findings.losses.end(), more.losses.begin(), more.losses.end());
    findings.untold.insert(findings.untold.end(), more.untold.begin(), more.untold.end());
  }
  for (const std::string& loss : findings.losses) ADD_FAILURE() << loss;
  if (kSilent.contains(definition.name)) {
    EXPECT_FALSE(findings.untold.empty()) << definition.name << " tells now: take it off the list";
  } else {
    for (const std::string& loss : findings.untold) ADD_FAILURE() << loss;
  }
}

INSTANTIATE_TEST_SUITE_P(Collectors, Neighbours, testing::ValuesIn(collectorNames()),
                         [](const auto& test) { return test.param; });

}  // namespace orchestrator_exporter
