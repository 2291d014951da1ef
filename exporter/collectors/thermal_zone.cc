#include <cerrno>
#include <limits>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"

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

// A whole number, or the nearest that 64 bits can hold; 0 for anything else.
std::int64_t nearestInteger(std::string_view text) {
  if (const auto value = parseInteger(text)) return *value;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return 0;
  using Limits = std::numeric_limits<std::int64_t>;
  return negative ? Limits::min() : Limits::max();
}

class ThermalZone final : public Collector {
 public:
  ThermalZone(const Flags&, Kernel& kernel)
      : hasDevices_(
            !kernel.list(kThermal, {EACCES}).value_or(std::vector<std::string_view>{}).empty()) {}

  // A zone's temperature may be behind firmware that takes its time.
  bool mayBlock() const override { return hasDevices_; }

  void collect(Kernel& kernel, Sink& out) override {
    const auto devices = kernel.list(kThermal);
    if (!devices) return;

    const ScalarFamily temperatures =
        out.gauge("node_thermal_zone_temp", "Temperature of a thermal zone in degrees Celsius.");
    for (const std::string_view device : *devices) {
      if (const auto number = numberOf(device, "thermal_zone")) {
        giveZone(kernel, device, *number, temperatures);
      }
    }
    giveCoolingDevices(kernel, *devices, out);
  }

 private:
  // A sensor that is asleep or broken answers with an error, and its zone is still reported.
  static void giveZone(Kernel& kernel, std::string_view device, std::string_view number,
                       const ScalarFamily& temperatures) {
    const auto type = readRawAttribute(kernel, kernel.path(kThermal, "/", device, "/type"));
    const auto milliDegrees = readRawAttribute(kernel, kernel.path(kThermal, "/", device, "/temp"));
    temperatures.add(static_cast<double>(nearestInteger(trim(milliDegrees.value_or("")))) / 1000,
                     {{"type", trim(type.value_or(""))}, {"zone", number}});
  }

  struct CoolingDevice {
    std::string_view number;
    std::string_view type;
    std::int64_t state = 0;
    std::int64_t mostState = 0;
  };

  static void giveCoolingDevices(Kernel& kernel, const std::vector<std::string_view>& devices,
                                 Sink& out) {
    // All or none: the first that makes no sense ends the run.
    std::vector<CoolingDevice> found;
    for (const std::string_view device : devices) {
      const auto number = numberOf(device, "cooling_device");
      if (!number) continue;
      if (const auto read = readCoolingDevice(kernel, device, *number)) found.push_back(*read);
    }
    for (const auto& [number, type, state, mostState] : found) {
      out.gauge("node_cooling_device_cur_state", "How much a cooling device is throttling now.")
          .add(static_cast<double>(state), {{"name", number}, {"type", type}});
      out.gauge("node_cooling_device_max_state", "How much a cooling device can throttle.")
          .add(static_cast<double>(mostState), {{"name", number}, {"type", type}});
    }
  }

  static std::optional<CoolingDevice> readCoolingDevice(Kernel& kernel, std::string_view device,
                                                        std::string_view number) {
    static constexpr auto kTolerated = {EACCES, EPERM, EINVAL};
    const auto type =
        readAttribute(kernel, kernel.path(kThermal, "/", device, "/type"), kTolerated);
    if (!type) return std::nullopt;
    const auto mostState =
        kernel.readInteger(kernel.path(kThermal, "/", device, "/max_state"), kTolerated);
    if (!mostState) return std::nullopt;
    const auto state =
        kernel.readInteger(kernel.path(kThermal, "/", device, "/cur_state"), kTolerated);
    if (!state) return std::nullopt;
    return CoolingDevice{number, *type, *state, *mostState};
  }

  bool hasDevices_;
};

const RegisterCollector<ThermalZone> thermalZone{
    {.name = "thermal_zone",
     .reads = "sys/class/thermal/thermal_zone*/{temp,type}, "
              "sys/class/thermal/cooling_device*/{type,cur_state,max_state}"}};

}  // namespace

}  // namespace orchestrator_exporter
