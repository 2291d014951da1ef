#include <algorithm>
#include <array>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/needed_attribute.h"
#include "metrics/snapshot.h"

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
    const auto subsystems = kernel.list(kDirectory, kNotPermitted);
    if (!subsystems) throw NoData{};
    samples_.clear();
    for (const std::string_view name : *subsystems) {
      if (isNumbered(name, "nvme-subsys#")) addSubsystem(kernel, name);
    }
    samples_.replay(out);
  }

  void addSubsystem(Kernel& kernel, std::string_view subsystem) {
    const std::string_view directory = kernel.path(kDirectory, "/", subsystem);
    const auto text = [&](std::string_view file) {
      return neededAttribute(kernel, kernel.path(directory, "/", file), kNotPermitted);
    };
    samples_.gauge("node_nvmesubsystem_info", "What the subsystem says of itself, always 1.")
        .add(1, {{"iopolicy", text("iopolicy")},
                 {"model", text("model")},
                 {"nqn", text("subsysnqn")},
                 {"serial", text("serial")},
                 {"subsystem", subsystem}});
    const auto entries = kernel.list(directory, kNotPermitted);
    if (!entries) throw NoData{};
    double paths = 0;
    double livePaths = 0;
    for (const std::string_view name : *entries) {
      if (isNumbered(name, "nvme#n#")) {
        samples_.gauge("node_nvmesubsystem_namespace_info", "A namespace, always 1.")
            .add(1, {{"device", name}, {"subsystem", subsystem}});
      } else if (isNumbered(name, "nvme#")) {
        ++paths;
        livePaths += addPath(kernel, kernel.path(directory, "/", name), name, subsystem) ? 1 : 0;
      }
    }
    samples_.gauge("node_nvmesubsystem_paths", "Controllers that lead to the subsystem.")
        .add(paths, {{"subsystem", subsystem}});
    samples_.gauge("node_nvmesubsystem_paths_live", "Controllers that are live.")
        .add(livePaths, {{"subsystem", subsystem}});
  }

  // True where the path is live.
  bool addPath(Kernel& kernel, std::string_view directory, std::string_view controller,
               std::string_view subsystem) {
    const std::string_view current =
        pathState(neededAttribute(kernel, kernel.path(directory, "/state"), kNotPermitted));
    const std::string_view transport =
        neededAttribute(kernel, kernel.path(directory, "/transport"), kNotPermitted);
    neededAttribute(kernel, kernel.path(directory, "/address"),
                    kNotPermitted);  // a controller without is none
    const auto family = samples_.gauge("node_nvmesubsystem_path_state",
                                       "1 for the state that the controller is in.");
    for (const std::string_view state : kStates) {
      family.add(state == current ? 1 : 0, {{"controller", controller},
                                            {"state", state},
                                            {"subsystem", subsystem},
                                            {"transport", transport}});
    }
    return current == "live";
  }

  Snapshot samples_;
};

const RegisterCollector<NvmeSubsystem> nvmeSubsystem{
    {.name = "nvmesubsystem",
     .onByDefault = kOffByDefault,
     .reads = "sys/class/nvme-subsystem/nvme-subsys*/{subsysnqn,model,serial,iopolicy}, "
              "sys/class/nvme-subsystem/nvme-subsys*/nvme*/{state,transport,address}"}};

}  // namespace

}  // namespace orchestrator_exporter
