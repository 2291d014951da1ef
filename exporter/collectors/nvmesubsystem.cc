#include <algorithm>
#include <array>
#include <string_view>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/path.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/class/nvme-subsystem";

constexpr std::array<std::string_view, 7> kStates = {"connecting", "dead",      "deleting", "live",
                                                     "new",        "resetting", "unknown"};

// Whether the whole name is such as the pattern, in which # stands for one or more digits.
bool isNumbered(std::string_view name, std::string_view pattern) {
  for (const char expected : pattern) {
    if (expected == '#') {
      const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
      if (digits == 0) return false;
      name.remove_prefix(digits);
    } else {
      if (!name.starts_with(expected)) return false;
      name.remove_prefix(1);
    }
  }
  return name.empty();
}

// One of kStates.
std::string_view pathState(std::string_view text) {
  if (text == "deleting (no IO)") return "deleting";
  const auto known = std::find(kStates.begin(), kStates.end(), text);
  return known == kStates.end() ? "unknown" : *known;
}

class NvmeSubsystem final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto subsystems = kernel.list(kDirectory, kNotPermitted);
    if (!subsystems) throw NoData{};
    for (const std::string_view name : *subsystems) {
      if (!isNumbered(name, "nvme-subsys#")) continue;
      complaints_.attempt([&] { giveSubsystem(kernel, name, out); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

  void giveSubsystem(Kernel& kernel, std::string_view subsystem, Sink& out) {
    const std::string_view directory = kernel.path(kDirectory, "/", subsystem);
    const auto entries = kernel.list(directory);
    if (!entries) return;  // it went away just now
    giveInfo(kernel, directory, subsystem, out);
    double paths = 0;
    double livePaths = 0;
    for (const std::string_view name : *entries) {
      if (isNumbered(name, "nvme#n#")) {
        out.gauge("node_nvmesubsystem_namespace_info", "A namespace, always 1.")
            .add(1, {{"device", name}, {"subsystem", subsystem}});
      } else if (isNumbered(name, "nvme#")) {
        const auto live = givePath(kernel, kernel.path(directory, "/", name), subsystem, out);
        if (!live) continue;
        ++paths;
        livePaths += *live ? 1 : 0;
      }
    }
    out.gauge("node_nvmesubsystem_paths", "Controllers that lead to the subsystem.")
        .add(paths, {{"subsystem", subsystem}});
    out.gauge("node_nvmesubsystem_paths_live", "Controllers that are live.")
        .add(livePaths, {{"subsystem", subsystem}});
  }

  void giveInfo(Kernel& kernel, std::string_view directory, std::string_view subsystem, Sink& out) {
    AttributeReader attributes(kernel, complaints_);
    const auto text = [&](std::string_view file) {
      return attributes.text(kernel.path(directory, "/", file)).value_or("");
    };
    const std::string_view policy = text("iopolicy");
    const std::string_view model = text("model");
    const std::string_view name = text("subsysnqn");
    const std::string_view serial = text("serial");
    out.gauge("node_nvmesubsystem_info", "What the subsystem says of itself, always 1.")
        .add(1, {{"iopolicy", policy},
                 {"model", model},
                 {"nqn", name},
                 {"serial", serial},
                 {"subsystem", subsystem}});
  }

  // Whether the path is live; nullopt if it went away just now. One that does not tell its state is
  // in the state unknown.
  std::optional<bool> givePath(Kernel& kernel, std::string_view directory,
                               std::string_view subsystem, Sink& out) {
    AttributeReader attributes(kernel, complaints_);
    const auto told = attributes.text(kernel.path(directory, "/state"));
    const auto transport = attributes.text(kernel.path(directory, "/transport"));
    if (!told && !kernel.exists(directory)) return std::nullopt;
    const std::string_view current = pathState(told.value_or(""));
    const auto family =
        out.gauge("node_nvmesubsystem_path_state", "1 for the state that the controller is in.");
    for (const std::string_view state : kStates) {
      family.add(state == current ? 1 : 0, {{"controller", baseName(directory)},
                                            {"state", state},
                                            {"subsystem", subsystem},
                                            {"transport", transport.value_or("")}});
    }
    return current == "live";
  }

  Complaints complaints_;
};

const RegisterCollector<NvmeSubsystem> nvmeSubsystem{
    {.name = "nvmesubsystem",
     .onByDefault = kOffByDefault,
     .reads = "sys/class/nvme-subsystem/nvme-subsys*/{subsysnqn,model,serial,iopolicy}, "
              "sys/class/nvme-subsystem/nvme-subsys*/nvme*/{state,transport}"}};

}  // namespace

}  // namespace orchestrator_exporter
