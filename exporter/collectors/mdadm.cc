#include <array>
#include <cstdint>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/needed_attribute.h"
#include "exporter/kernel/storage/raid_status.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter {

namespace {

struct State {
  std::string_view label;
  std::string_view name;
};

constexpr std::array kStates = {State{"active", "active"}, State{"inactive", "inactive"},
                                State{"recovering", "recovering"}, State{"resync", "resyncing"},
                                State{"check", "checking"}};

// Sets of disks that firmware or arrays inside them make use of, which have no disks of their own.
bool isContainer(std::string_view level) {
  return level.empty() || level == "container" || level == "imsm" || level == "ddf";
}

bool isRedundant(std::string_view level) {
  return level == "raid1" || level == "raid4" || level == "raid5" || level == "raid6" ||
         level == "raid10";
}

class Mdadm final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto mdstat = kernel.read("proc/mdstat");
    if (!mdstat) throw NoData{};
    for (const RaidArray& array : parseRaidStatus(*mdstat)) addArray(array, out);

    // An array that cannot be read takes the samples of all from here with it.
    const auto devices = kernel.list("sys/block");
    if (!devices) return;
    samples_.clear();
    for (const std::string_view device : *devices) {
      const std::string_view directory = kernel.path("sys/block/", device, "/md");
      if (device.starts_with("md") && kernel.exists(directory)) {
        addAttributes(kernel, directory, device);
      }
    }
    samples_.replay(out);
  }

  static void addArray(const RaidArray& array, Sink& out) {
    const auto number = [](std::int64_t value) { return static_cast<double>(value); };
    out.gauge("node_md_blocks", "Size of the array in blocks of 1 KiB.")
        .add(number(array.blocks), {{"device", array.name}});
    out.gauge("node_md_blocks_synced", "Blocks that are in sync.")
        .add(number(array.blocksSynced), {{"device", array.name}});
    out.gauge("node_md_disks_required", "Disks that the array needs to be whole.")
        .add(number(array.disksRequired), {{"device", array.name}});
    const auto disks = out.gauge("node_md_disks", "Disks of the array, by state.");
    disks.add(number(array.disksActive), {{"device", array.name}, {"state", "active"}});
    disks.add(number(array.disksFailed), {{"device", array.name}, {"state", "failed"}});
    disks.add(number(array.disksSpare), {{"device", array.name}, {"state", "spare"}});
    const auto state = out.gauge("node_md_state", "1 for the state that the array is in.");
    for (const State& known : kStates) {
      state.add(array.state == known.name ? 1 : 0,
                {{"device", array.name}, {"state", known.label}});
    }
  }

  void addAttributes(Kernel& kernel, std::string_view directory, std::string_view device) {
    const std::string_view level = neededAttribute(kernel, kernel.path(directory, "/level"));
    if (!isContainer(level)) {
      // While an array is reshaped, the number that it had before stands behind: 4 (3).
      const std::string_view disks = neededAttribute(kernel, kernel.path(directory, "/raid_disks"));
      if (const auto count = parseUnsigned(disks.substr(0, disks.find(' ')))) {
        samples_.gauge("node_md_raid_disks", "Disks that the array is made of.")
            .add(static_cast<double>(*count), {{"device", device}});
      }
    }
    double degraded = 0;
    if (isRedundant(level)) {
      const std::string_view path = kernel.path(directory, "/degraded");
      const std::string_view text = neededAttribute(kernel, path);
      const auto count = parseUnsigned(text);
      if (!count) throw ParseError(path, 1, "a number of disks", text);
      degraded = static_cast<double>(*count);
    }
    samples_.gauge("node_md_degraded", "Disks that the array lacks.")
        .add(degraded, {{"device", device}});
  }

  Snapshot samples_;
};

const RegisterCollector<Mdadm> mdadm{
    {.name = "mdadm", .reads = "proc/mdstat, sys/block/md*/md/{level,raid_disks,degraded}"}};

}  // namespace

}  // namespace orchestrator_exporter
