#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kSupplies = "sys/class/power_supply";

// What one unit of a file is in the unit of its family.
constexpr double kAsIs = 1;
constexpr double kMicro = 1e6;
constexpr double kTenths = 10;

// A file that holds a number (Documentation/ABI/testing/sysfs-class-power).
struct Number {
  std::string_view file;
  std::string_view family;
  double divisor;
  std::string_view help;
};
constexpr std::array<Number, 49> kNumbers = {{
    {"authentic", "node_power_supply_authentic", kAsIs,
     "Whether the supply is genuine, as far as the kernel can tell."},
    {"calibrate", "node_power_supply_calibrate", kAsIs, "Whether the battery is being calibrated."},
    {"capacity", "node_power_supply_capacity", kAsIs, "Charge of the battery in percent."},
    {"capacity_alert_max", "node_power_supply_capacity_alert_max", kAsIs,
     "Charge in percent above which the battery alerts."},
    {"capacity_alert_min", "node_power_supply_capacity_alert_min", kAsIs,
     "Charge in percent below which the battery alerts."},
    {"charge_now", "node_power_supply_charge_ampere", kMicro,
     "Charge of the battery in ampere-hours."},
    {"charge_control_limit", "node_power_supply_charge_control_limit", kMicro,
     "Setting of the charge current's limiter."},
    {"charge_control_limit_max", "node_power_supply_charge_control_limit_max", kMicro,
     "Highest setting of the charge current's limiter."},
    {"charge_counter", "node_power_supply_charge_counter", kMicro,
     "Charge that a coulomb counter has seen, in ampere-hours."},
    {"charge_empty", "node_power_supply_charge_empty", kMicro,
     "Charge at which the battery counts as empty, in ampere-hours."},
    {"charge_empty_design", "node_power_supply_charge_empty_design", kMicro,
     "Charge when empty that the battery was designed for, in ampere-hours."},
    {"charge_full", "node_power_supply_charge_full", kMicro,
     "Charge when last full, in ampere-hours."},
    {"charge_full_design", "node_power_supply_charge_full_design", kMicro,
     "Charge when full that the battery was designed for, in ampere-hours."},
    {"charge_term_current", "node_power_supply_charge_term_current", kMicro,
     "Current in amperes at which charging ends."},
    {"constant_charge_current", "node_power_supply_constant_charge_current", kMicro,
     "Current in amperes that the charger is set to."},
    {"constant_charge_current_max", "node_power_supply_constant_charge_current_max", kMicro,
     "Highest current in amperes that the charger can be set to."},
    {"constant_charge_voltage", "node_power_supply_constant_charge_voltage", kMicro,
     "Voltage that the charger is set to."},
    {"constant_charge_voltage_max", "node_power_supply_constant_charge_voltage_max", kMicro,
     "Highest voltage that the charger can be set to."},
    {"current_now", "node_power_supply_current_ampere", kMicro,
     "Current in amperes; its sign tells the direction."},
    {"current_boot", "node_power_supply_current_boot", kMicro,
     "Current in amperes when the machine booted."},
    {"current_max", "node_power_supply_current_max", kMicro, "Highest current in amperes."},
    {"cycle_count", "node_power_supply_cyclecount", kAsIs,
     "Charge cycles that the battery went through."},
    {"energy_empty", "node_power_supply_energy_empty", kMicro,
     "Energy at which the battery counts as empty, in watt-hours."},
    {"energy_empty_design", "node_power_supply_energy_empty_design", kMicro,
     "Energy when empty that the battery was designed for, in watt-hours."},
    {"energy_full", "node_power_supply_energy_full", kMicro,
     "Energy when last full, in watt-hours."},
    {"energy_full_design", "node_power_supply_energy_full_design", kMicro,
     "Energy when full that the battery was designed for, in watt-hours."},
    {"energy_now", "node_power_supply_energy_watthour", kMicro,
     "Energy in the battery, in watt-hours."},
    {"input_current_limit", "node_power_supply_input_current_limit", kMicro,
     "Current in amperes that the supply may draw from its source."},
    {"online", "node_power_supply_online", kAsIs,
     "Whether the supply feeds the machine: 0 no, 1 at a fixed voltage, 2 at a programmable one."},
    {"power_now", "node_power_supply_power_watt", kMicro, "Power in watts."},
    {"precharge_current", "node_power_supply_precharge_current", kMicro,
     "Current in amperes while a deeply discharged battery is charged."},
    {"present", "node_power_supply_present", kAsIs, "Whether the battery is in its place."},
    {"temp_alert_max", "node_power_supply_temp_alert_max_celsius", kTenths,
     "Temperature in degrees Celsius above which the battery alerts."},
    {"temp_alert_min", "node_power_supply_temp_alert_min_celsius", kTenths,
     "Temperature in degrees Celsius below which the battery alerts."},
    {"temp_ambient", "node_power_supply_temp_ambient_celsius", kTenths,
     "Temperature around the supply in degrees Celsius."},
    {"temp_ambient_max", "node_power_supply_temp_ambient_max_celsius", kTenths,
     "Highest temperature around the supply that is allowed, in degrees Celsius."},
    {"temp_ambient_min", "node_power_supply_temp_ambient_min_celsius", kTenths,
     "Lowest temperature around the supply that is allowed, in degrees Celsius."},
    {"temp", "node_power_supply_temp_celsius", kTenths,
     "Temperature of the battery in degrees Celsius."},
    {"temp_max", "node_power_supply_temp_max_celsius", kTenths,
     "Highest temperature in degrees Celsius that is allowed."},
    {"temp_min", "node_power_supply_temp_min_celsius", kTenths,
     "Lowest temperature in degrees Celsius that is allowed."},
    {"time_to_empty_now", "node_power_supply_time_to_empty_seconds", kAsIs,
     "Seconds until the battery counts as empty."},
    {"time_to_full_now", "node_power_supply_time_to_full_seconds", kAsIs,
     "Seconds until the battery counts as full."},
    {"voltage_boot", "node_power_supply_voltage_boot", kMicro, "Voltage when the machine booted."},
    {"voltage_max", "node_power_supply_voltage_max", kMicro,
     "Highest voltage that was seen or is allowed."},
    {"voltage_max_design", "node_power_supply_voltage_max_design", kMicro,
     "Voltage when full that the battery was designed for."},
    {"voltage_min", "node_power_supply_voltage_min", kMicro,
     "Lowest voltage that was seen or is allowed."},
    {"voltage_min_design", "node_power_supply_voltage_min_design", kMicro,
     "Voltage when empty that the battery was designed for."},
    {"voltage_ocv", "node_power_supply_voltage_ocv", kMicro,
     "Voltage of the battery without load."},
    {"voltage_now", "node_power_supply_voltage_volt", kMicro, "Voltage of the supply."},
}};

// The files that become labels of node_power_supply_info under their names.
constexpr std::array<std::string_view, 11> kTexts = {
    "capacity_level", "charge_type", "health",     "manufacturer", "model_name", "scope",
    "serial_number",  "status",      "technology", "type",         "usb_type",
};

const Number* findNumber(std::string_view file) {
  const auto found = std::find_if(kNumbers.begin(), kNumbers.end(),
                                  [file](const Number& number) { return number.file == file; });
  return found == kNumbers.end() ? nullptr : &*found;
}

struct Supply {
  std::string_view name;
  std::vector<std::pair<const Number*, double>> numbers = {};
  std::vector<Label> labels = {};  // of node_power_supply_info
};

class PowerSupplyClass final : public Collector {
 public:
  PowerSupplyClass(const Flags& flags, Kernel& kernel)
      : ignored_("collector.powersupply.ignored-supplies",
                 flags.text("collector.powersupply.ignored-supplies")),
        hasSupplies_(
            !kernel.list(kSupplies, {EACCES}).value_or(std::vector<std::string_view>{}).empty()) {}

  // A fuel gauge behind a slow bus may keep a reader waiting.
  bool mayBlock() const override { return hasSupplies_; }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list(kSupplies);
    if (!names) throw NoData{};
    for (const std::string_view name : *names) {
      if (ignored_.matches(name)) continue;
      complaints_.attempt([&] {
        if (const auto supply = readSupply(kernel, name)) give(*supply, out);
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // nullopt if it went away since it was listed.
  std::optional<Supply> readSupply(Kernel& kernel, std::string_view name) {
    const std::string_view folder = kernel.path(kSupplies, "/", name);
    const auto files = kernel.list(folder);
    if (!files) return std::nullopt;
    Supply supply{name};
    AttributeReader attributes(kernel, complaints_);
    for (const std::string_view file : *files) {
      const std::string_view path = kernel.path(folder, "/", file);
      if (const Number* const number = findNumber(file)) {
        const auto value = attributes.integer(path);
        if (value)
          supply.numbers.emplace_back(number, static_cast<double>(*value) / number->divisor);
      } else if (std::find(kTexts.begin(), kTexts.end(), file) != kTexts.end()) {
        const std::string_view text = attributes.text(path).value_or("");
        if (!text.empty()) supply.labels.push_back({file, text});
      }
    }
    supply.labels.push_back({"power_supply", name});
    return supply;
  }

  static void give(const Supply& supply, Sink& out) {
    for (const auto& [number, value] : supply.numbers) {
      out.gauge(number->family, number->help).add(value, {{"power_supply", supply.name}});
    }
    out.info("node_power_supply_info", "What a power supply is and how it does.")
        .add(1, supply.labels);
  }

  Pattern ignored_;
  bool hasSupplies_;
  Complaints complaints_;
};

const RegisterCollector<PowerSupplyClass> powerSupplyClass{
    {.name = "powersupplyclass",
     .flags = {patternFlag("collector.powersupply.ignored-supplies", "^$",
                           "Power supplies to leave out (regular expression).")},
     .reads = "sys/class/power_supply/*/"}};

}  // namespace

}  // namespace orchestrator_exporter
