#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/known_value.h"
#include "exporter/kernel/storage/raid_status.h"

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

// An array of such a level has all of its disks, or does not run.
bool lacksNothing(std::string_view level) {
  return isContainer(level) || level == "raid0" || level == "linear" || level == "multipath" ||
         level == "faulty";
}

class Mdadm final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    bool given = complaints_.attempt([&] {
      const auto mdstat = kernel.read("proc/mdstat");
      if (!mdstat) throw NoData{};
      giveStatus(*mdstat, out);
    });
    complaints_.attempt([&] { given |= giveAttributes(kernel, out); });
    complaints_.failIf(!given);
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveStatus(const KernelFile& mdstat, Sink& out) {
    std::vector<ParseError> refusals;
    for (const RaidArray& array : parseRaidStatus(mdstat, refusals)) giveArray(array, out);
    for (const ParseError& refusal : refusals) complaints_.add(refusal.what());
  }

  static void giveArray(const RaidArray& array, Sink& out) {
    const auto number = [](std::optional<std::int64_t> value) -> std::optional<double> {
      if (!value) return std::nullopt;
      return static_cast<double>(*value);
    };
    const std::initializer_list<Label> labels{{"device", array.name}};
    addIfKnown(out.gauge("node_md_blocks", "Size of the array in blocks of 1 KiB."),
               number(array.blocks), labels);
    addIfKnown(out.gauge("node_md_blocks_synced", "Blocks that are in sync."),
               number(array.blocksSynced), labels);
    addIfKnown(out.gauge("node_md_disks_required", "Disks that the array needs to be whole."),
               number(array.disksRequired), labels);
    const auto disks = out.gauge("node_md_disks", "Disks of the array, by state.");
    addIfKnown(disks, number(array.disksActive), {{"device", array.name}, {"state", "active"}});
    addIfKnown(disks, number(array.disksFailed), {{"device", array.name}, {"state", "failed"}});
    addIfKnown(disks, number(array.disksSpare), {{"device", array.name}, {"state", "spare"}});
    const auto state = out.gauge("node_md_state", "1 for the state that the array is in.");
    for (const State& known : kStates) {
      state.add(array.state == known.name ? 1 : 0,
                {{"device", array.name}, {"state", known.label}});
    }
  }

  // Whether there is any array.
  bool giveAttributes(Kernel& kernel, Sink& out) {
    const auto devices = kernel.list("sys/block");
    if (!devices) return false;
    bool any = false;
    for (const std::string_view device : *devices) {
      const std::string_view directory = kernel.path("sys/block/", device, "/md");
      if (device.starts_with("md") && kernel.exists(directory)) {
        giveAttributesOf(kernel, directory, device, out);
        any = true;
      }
    }
    return any;
  }

  // Kernels need not have all of the attributes.
  void giveAttributesOf(Kernel& kernel, std::string_view directory, std::string_view device,
                        Sink& out) {
    AttributeReader reader(kernel, complaints_);
    const auto level = reader.text(kernel.path(directory, "/level"));
    if (!level) return;
    if (!isContainer(*level)) {
      const std::string_view path = kernel.path(directory, "/raid_disks");
      const auto disks = reader.text(path);
      if (disks) complaints_.attempt([&] { giveDisks(path, *disks, device, out); });
    }
    const auto degraded = lacksNothing(*level)
                              ? std::uint64_t{0}
                              : reader.unsignedInteger(kernel.path(directory, "/degraded"));
    addIfKnown(out.gauge("node_md_degraded", "Disks that the array lacks."), degraded,
               {{"device", device}});
  }

  // While an array is reshaped, the number that it had before stands behind: 4 (3).
  static void giveDisks(std::string_view path, std::string_view text, std::string_view device,
                        Sink& out) {
    const auto count = parseUnsigned(text.substr(0, text.find(' ')));
    if (!count) throw ParseError(path, 1, "a number of disks", text);
    out.gauge("node_md_raid_disks", "Disks that the array is made of.")
        .add(static_cast<double>(*count), {{"device", device}});
  }

  Complaints complaints_;
};

const RegisterCollector<Mdadm> mdadm{
    {.name = "mdadm", .reads = "proc/mdstat, sys/block/md*/md/{level,raid_disks,degraded}"}};

}  // namespace

}  // namespace orchestrator_exporter
