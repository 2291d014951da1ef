#include <string>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDmi = "sys/class/dmi/id/";

// The labels in sorted order; all but one are called as their files.
constexpr std::string_view kLabels[] = {
    "bios_date",      "bios_release",   "bios_vendor",     "bios_version",    "board_asset_tag",
    "board_name",     "board_serial",   "board_vendor",    "board_version",   "chassis_asset_tag",
    "chassis_serial", "chassis_vendor", "chassis_version", "product_family",  "product_name",
    "product_serial", "product_sku",    "product_uuid",    "product_version", "system_vendor",
};

// What the firmware says of the machine does not change while it runs, so it is read once.
class Dmi final : public Collector {
 public:
  Dmi(const Flags&, Kernel& kernel) {
    values_.reserve(std::size(kLabels));  // labels_ points into them
    for (const std::string_view label : kLabels) {
      const std::string_view file = label == "system_vendor" ? "sys_vendor" : label;
      const auto text = readRawAttribute(kernel, kernel.path(kDmi, file));
      if (!text) continue;
      values_.emplace_back(trim(*text));
      labels_.push_back({label, values_.back()});
    }
  }

  void collect(Kernel&, Sink& out) override {
    if (labels_.empty()) throw NoData{};
    out.info("node_dmi_info", "What the firmware tells about machine, board, chassis and BIOS.")
        .add(1, labels_);
  }

 private:
  std::vector<std::string> values_;
  std::vector<Label> labels_;
};

const RegisterCollector<Dmi> dmi{{.name = "dmi",
                                  .reads = "sys/class/dmi/id/*",
                                  .needs = "root for serial numbers and the product's UUID"}};

}  // namespace

}  // namespace orchestrator_exporter
