#include <algorithm>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

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

class Bonding final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.read("sys/class/net/bonding_masters");
    if (!names) throw NoData{};
    for (const std::string_view name : words(*names)) {
      complaints_.attempt([&] { giveMaster(kernel, name, out); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // How many are active is not known while one slave cannot be asked.
  void giveMaster(Kernel& kernel, std::string_view name, Sink& out) {
    const auto slaves =
        words(kernel.require(kernel.path("sys/class/net/", name, "/bonding/slaves")));
    out.gauge("node_bonding_slaves", "Devices joined in the bond.")
        .add(static_cast<double>(slaves.size()), {{"master", name}});
    complaints_.attempt([&] {
      const auto active = std::count_if(slaves.begin(), slaves.end(), [&](std::string_view slave) {
        return isActive(kernel, name, slave);
      });
      out.gauge("node_bonding_active", "Devices joined in the bond whose link is up.")
          .add(static_cast<double>(active), {{"master", name}});
    });
  }

  Complaints complaints_;
};

const RegisterCollector<Bonding> bonding{
    {.name = "bonding",
     .reads = "sys/class/net/bonding_masters, sys/class/net/*/bonding/slaves, "
              "sys/class/net/*/lower_*/bonding_slave/mii_status"}};

}  // namespace

}  // namespace orchestrator_exporter
