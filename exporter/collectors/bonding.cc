#include <string_view>
#include <vector>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

struct Master {
  std::string_view name;
  int slaves = 0;
  int active = 0;
};

// All words of a file: the names of devices, which have no white space in them.
std::vector<std::string_view> words(const KernelFile& file) {
  std::vector<std::string_view> all;
  for (const Row& row : file.rows()) {
    for (std::size_t i = 0; i < row.size(); ++i) all.push_back(row.word(i));
  }
  return all;
}

// Whether the slave's link is up. Old kernels name its folder slave_… instead of lower_….
bool isActive(Kernel& kernel, std::string_view master, std::string_view slave) {
  constexpr std::string_view kStatus = "/bonding_slave/mii_status";
  const auto file = kernel.read(kernel.path("sys/class/net/", master, "/lower_", slave, kStatus));
  if (file) return trim(file->text) == "up";
  return trim(kernel.require(kernel.path("sys/class/net/", master, "/slave_", slave, kStatus))
                  .text) == "up";
}

Master readMaster(Kernel& kernel, std::string_view name) {
  Master master{name};
  for (const std::string_view slave :
       words(kernel.require(kernel.path("sys/class/net/", name, "/bonding/slaves")))) {
    ++master.slaves;
    if (isActive(kernel, name, slave)) ++master.active;
  }
  return master;
}

class Bonding final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.read("sys/class/net/bonding_masters");
    if (!names) throw NoData{};
    std::vector<Master> masters;
    for (const std::string_view name : words(*names)) masters.push_back(readMaster(kernel, name));

    const ScalarFamily slaves = out.gauge("node_bonding_slaves", "Devices joined in the bond.");
    const ScalarFamily active =
        out.gauge("node_bonding_active", "Devices joined in the bond whose link is up.");
    for (const Master& master : masters) {
      slaves.add(master.slaves, {{"master", master.name}});
      active.add(master.active, {{"master", master.name}});
    }
  }
};

const RegisterCollector<Bonding> bonding{
    {.name = "bonding",
     .reads = "sys/class/net/bonding_masters, sys/class/net/*/bonding/slaves, "
              "sys/class/net/*/lower_*/bonding_slave/mii_status"}};

}  // namespace

}  // namespace orchestrator_exporter
