#include <cerrno>
#include <optional>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/known_value.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kThermal = "sys/class/thermal";

// The number of a device called `kind` and a number; nullopt for other names.
std::optional<std::string_view> numberOf(std::string_view name, std::string_view kind) {
  if (!name.starts_with(kind)) return std::nullopt;
  name.remove_prefix(kind.size());
  if (name.empty() || name[0] < '0' || name[0] > '9') return std::nullopt;
  return name;
}

class ThermalZone final : public Collector {
 public:
  ThermalZone(const Flags&, Kernel& kernel)
      : hasDevices_(
            !kernel.list(kThermal, {EACCES}).value_or(std::vector<std::string_view>{}).empty()) {}

  // A zone's temperature may be behind firmware that takes its time.
  bool mayBlock() const override { return hasDevices_; }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto devices = kernel.list(kThermal);
    if (!devices) return;
    for (const std::string_view device : *devices) {
      if (const auto number = numberOf(device, "thermal_zone")) {
        giveZone(kernel, device, *number, out);
      } else if (const auto coolingNumber = numberOf(device, "cooling_device")) {
        giveCoolingDevice(kernel, device, *coolingNumber, out);
      }
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // A sensor that is asleep or broken answers with an error, and tells no temperature.
  void giveZone(Kernel& kernel, std::string_view device, std::string_view number, Sink& out) {
    AttributeReader attributes(kernel, complaints_);
    const auto milliDegrees = attributes.integer(kernel.path(kThermal, "/", device, "/temp"));
    if (!milliDegrees) return;
    const auto type = attributes.text(kernel.path(kThermal, "/", device, "/type"));
    out.gauge("node_thermal_zone_temp", "Temperature of a thermal zone in degrees Celsius.")
        .add(static_cast<double>(*milliDegrees) / 1000,
             {{"type", type.value_or("")}, {"zone", number}});
  }

  void giveCoolingDevice(Kernel& kernel, std::string_view device, std::string_view number,
                         Sink& out) {
    AttributeReader attributes(kernel, complaints_, AttributeReader::Denied::kExpected);
    const auto state = attributes.integer(kernel.path(kThermal, "/", device, "/cur_state"));
    const auto mostState = attributes.integer(kernel.path(kThermal, "/", device, "/max_state"));
    if (!state && !mostState) return;
    const std::string_view type =
        attributes.text(kernel.path(kThermal, "/", device, "/type")).value_or("");
    const std::initializer_list<Label> labels = {{"name", number}, {"type", type}};
    addIfKnown(
        out.gauge("node_cooling_device_cur_state", "How much a cooling device is throttling now."),
        state, labels);
    addIfKnown(
        out.gauge("node_cooling_device_max_state", "How much a cooling device can throttle."),
        mostState, labels);
  }

  bool hasDevices_;
  Complaints complaints_;
};

const RegisterCollector<ThermalZone> thermalZone{
    {.name = "thermal_zone",
     .reads = "sys/class/thermal/thermal_zone*/{temp,type}, "
              "sys/class/thermal/cooling_device*/{type,cur_state,max_state}"}};

}  // namespace

}  // namespace orchestrator_exporter
