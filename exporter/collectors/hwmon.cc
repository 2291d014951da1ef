#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <span>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/path.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kChips = "sys/class/hwmon";
constexpr std::string_view kDigits = "0123456789";

// The types of sensors (Documentation/hwmon/sysfs-interface.rst) and what their readings tell.
struct SensorType {
  std::string_view name;
  std::string_view help;
};
constexpr std::array<SensorType, 14> kSensorTypes = {{
    {"beep_enable", "Whether the chip may beep at all."},
    {"cpu", "Core voltage readings and limits of a hardware sensor."},
    {"curr", "Current readings and limits of a hardware sensor."},
    {"energy", "Energy that a hardware sensor has counted."},
    {"fan", "Fan readings and settings of a hardware sensor."},
    {"freq", "Frequency readings and limits of a hardware sensor."},
    {"humidity", "Relative humidity readings and limits of a hardware sensor."},
    {"in", "Voltage readings and limits of a hardware sensor."},
    {"intrusion", "Chassis intrusion state of a hardware sensor."},
    {"power", "Power readings and limits of a hardware sensor."},
    {"pwm", "Fan control settings of a hardware sensor."},
    {"temp", "Temperature readings and limits of a hardware sensor."},
    {"update_interval", "How often the chip reads its sensors."},
    {"vrm", "Version of the voltage regulator module's specification."},
}};

const SensorType* findType(std::string_view name) {
  const auto type = std::find_if(kSensorTypes.begin(), kSensorTypes.end(),
                                 [name](const SensorType& known) { return known.name == name; });
  return type == kSensorTypes.end() ? nullptr : &*type;
}

// One attribute file: in temp1_crit the type is temp, the sensor temp1 and the property crit.
struct Attribute {
  const SensorType* type = nullptr;
  std::string_view sensor;
  std::string_view property;
  std::string_view value;
};

// What the name of a file tells; nullopt if it is not a sensor's.
std::optional<Attribute> parseName(Kernel& kernel, std::string_view name) {
  const std::size_t digits = std::min(name.find_first_of(kDigits), name.size());
  const std::string_view typeName = name.substr(0, digits);
  const SensorType* const type = findType(typeName);
  if (type == nullptr) return std::nullopt;
  if (digits == name.size()) return Attribute{type, kernel.path(name, "0"), {}, {}};

  const std::size_t end = std::min(name.find_first_not_of(kDigits, digits), name.size());
  const auto number = parseInteger(name.substr(digits, end - digits));
  if (!number || (end < name.size() && (name[end] != '_' || end + 1 == name.size()))) {
    return std::nullopt;
  }
  // temp01 is temp1 in another spelling.
  const bool padded = name[digits] == '0' && end - digits > 1;
  const std::string_view sensor =
      padded ? kernel.path(typeName, std::to_string(*number)) : name.substr(0, end);
  return Attribute{type, sensor, name.substr(std::min(end + 1, name.size())), {}};
}

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '_';
}

// Appends the text in the characters of metric names, an underscore for each other character.
void appendName(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    // Later bytes of a UTF-8 character do not count for themselves.
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
    out.push_back(isNameCharacter(lower) ? lower : '_');
  }
  out.resize(std::max(begin, out.find_last_not_of('_') + 1));
  const std::size_t first = std::min(out.find_first_not_of('_', begin), out.size());
  out.erase(begin, first - begin);
}

std::string cleanName(std::string_view text) {
  std::string name;
  appendName(name, text);
  return name;
}

// How a reading leaves: its unit in the name, and what brings it to that unit.
struct Unit {
  std::string_view suffix = {};
  double factor = 1;
  double divisor = 1;
  MetricType type = MetricType::kGauge;
};

constexpr double kMilli = 0.001;
constexpr double kMillion = 1e6;

Unit unitOf(std::string_view type, std::string_view property) {
  if (property == "fault" || property == "alarm") return {};
  if (property == "beep") return {.suffix = "_enabled"};
  if (type == "in" || type == "cpu") return {.suffix = "_volts", .factor = kMilli};
  if (type == "temp" && property != "type") return {.suffix = "_celsius", .factor = kMilli};
  if (type == "curr") return {.suffix = "_amps", .factor = kMilli};
  if (type == "energy") {
    return {.suffix = "_joule_total", .divisor = kMillion, .type = MetricType::kCounter};
  }
  if (type == "humidity") return {.divisor = kMillion};
  if (type == "power") {
    if (property == "accuracy") return {.divisor = kMillion};
    if (property == "average_interval" || property == "average_interval_min" ||
        property == "average_interval_max") {
      return {.suffix = "_seconds", .factor = kMilli};
    }
    return {.suffix = "_watt", .divisor = kMillion};
  }
  if (type == "fan" &&
      (property == "input" || property == "min" || property == "max" || property == "target")) {
    return {.suffix = "_rpm"};
  }
  return {};
}

// The attributes of one sensor.
class Sensor {
 public:
  Sensor(std::string_view chip, std::span<const Attribute> attributes)
      : chip_(chip), attributes_(attributes) {}

  std::string_view name() const { return attributes_.front().sensor; }

  void give(Sink& out, std::string& family) const {
    const std::string_view* const label = find("label");
    if (label != nullptr) {
      out.gauge("node_hwmon_sensor_label", "What a sensor is called by its chip.")
          .add(1, {{"chip", chip_}, {"label", *label}, {"sensor", name()}});
    }
    const std::string_view type = attributes_.front().type->name;
    if (type == "beep_enable") return giveBeepEnable(out);
    if (type == "vrm") return giveSetting(out, "node_hwmon_voltage_regulator_version", 1);
    if (type == "update_interval") {
      return giveSetting(out, "node_hwmon_update_interval_seconds", kMilli);
    }
    for (const Attribute& attribute : attributes_) {
      if (attribute.property != "label") giveReading(attribute, out, family);
    }
  }

 private:
  const std::string_view* find(std::string_view property) const {
    for (const Attribute& attribute : attributes_) {
      if (attribute.property == property) return &attribute.value;
    }
    return nullptr;
  }

  void giveBeepEnable(Sink& out) const {
    const std::string_view* const value = find("");
    out.gauge("node_hwmon_beep_enabled", attributes_.front().type->help)
        .add(value != nullptr && *value == "1" ? 1 : 0, {{"chip", chip_}, {"sensor", name()}});
  }

  void giveSetting(Sink& out, std::string_view family, double factor) const {
    const std::string_view* const text = find("");
    const auto value = text == nullptr ? std::nullopt : parseNumber(*text);
    if (!value) return;
    out.gauge(family, attributes_.front().type->help)
        .add(*value * factor, {{"chip", chip_}, {"sensor", name()}});
  }

  void giveReading(const Attribute& attribute, Sink& out, std::string& family) const {
    const auto value = parseNumber(attribute.value);
    if (!value) return;
    const auto& [type, sensor, property, text] = attribute;
    if (type->name == "freq" && property == "input") return giveFrequency(*value, out);

    family.assign("node_hwmon_").append(type->name);
    // The input is the reading itself, but where a file without a property is.
    if (property == "input" ? find("") != nullptr : !property.empty()) {
      family.push_back('_');
      appendName(family, property);
    }
    const Unit unit = unitOf(type->name, property);
    family.append(unit.suffix);
    const ScalarFamily readings(out.family({family, type->help, unit.type, {}}));
    readings.add(*value * unit.factor / unit.divisor, {{"chip", chip_}, {"sensor", sensor}});
  }

  void giveFrequency(double value, Sink& out) const {
    const std::string_view* const label = find("label");
    if (label == nullptr) return;
    out.gauge("node_hwmon_freq_freq_mhz", "Frequency that a hardware sensor reads, by its label.")
        .add(value / kMillion, {{"chip", chip_}, {"sensor", cleanName(*label)}});
  }

  std::string_view chip_;
  std::span<const Attribute> attributes_;
};

class Hwmon final : public Collector {
 public:
  Hwmon(const Flags& flags, Kernel& kernel)
      : chips_(NameFilter::fromFlags(flags, "collector.hwmon.chip-include",
                                     "collector.hwmon.chip-exclude")),
        sensors_(NameFilter::fromFlags(flags, "collector.hwmon.sensor-include",
                                       "collector.hwmon.sensor-exclude")),
        hasChips_(!kernel.list(kChips, {EACCES}).value_or(Names{}).empty()) {}

  // A chip behind a slow bus may keep a reader waiting for seconds.
  bool mayBlock() const override { return hasChips_; }

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list(kChips);
    if (!names) throw NoData{};
    std::vector<Chip> chips;
    for (const std::string_view name : *names) {
      const std::string_view folder = kernel.path(kChips, "/", name);
      if (isDirectory(kernel, folder)) chips.push_back(chipAt(kernel, folder));
    }

    std::exception_ptr failure;
    for (const Chip& chip : chips) {
      try {
        giveChip(kernel, chip, labelOf(chip, chips), out);
      } catch (const ReadError&) {
        failure = std::current_exception();  // the other chips can still be read
      }
    }
    if (failure) std::rethrow_exception(failure);
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  using Names = std::vector<std::string_view>;

  struct Chip {
    std::string_view folder;
    std::string ownName;  // what its driver calls it; empty if it does not
    std::string label;    // by its device, which it may share with others
  };

  Chip chipAt(Kernel& kernel, std::string_view folder) {
    AttributeReader reader(kernel, complaints_, AttributeReader::Denied::kExpected);
    Chip chip{folder, cleanName(reader.text(kernel.path(folder, "/name")).value_or("")), {}};
    chip.label = deviceLabel(kernel, chip);
    return chip;
  }

  // The number of a chip depends on the order of drivers; the path of its device is steady.
  static std::string deviceLabel(const Kernel& kernel, const Chip& chip) {
    if (const auto device = realPath(kernel, std::string(chip.folder) + "/device")) {
      const std::string name = cleanName(baseName(*device));
      const std::string bus = cleanName(baseName(parentPath(*device)));
      if (!name.empty()) return bus.empty() ? name : bus + "_" + name;
    }
    if (!chip.ownName.empty()) return chip.ownName;
    return cleanName(baseName(realPath(kernel, chip.folder).value_or(std::string(chip.folder))));
  }

  // Chips that share a device are told apart by their own names, or else by their numbers.
  static std::string labelOf(const Chip& chip, const std::vector<Chip>& chips) {
    const auto sharing = [&](const Chip& other) { return other.label == chip.label; };
    const auto sharingName = [&](const Chip& other) {
      return sharing(other) && other.ownName == chip.ownName;
    };
    if (std::count_if(chips.begin(), chips.end(), sharing) == 1) return chip.label;
    const bool nameTells =
        !chip.ownName.empty() && std::count_if(chips.begin(), chips.end(), sharingName) == 1;
    return chip.label + "_" + (nameTells ? chip.ownName : cleanName(baseName(chip.folder)));
  }

  void giveChip(Kernel& kernel, const Chip& chip, const std::string& label, Sink& out) {
    if (!chips_.takes(label)) return;
    attributes_.clear();
    gather(kernel, chip.folder);
    // Drivers of old keep their attributes, and the name, in the folder of the device.
    const std::string_view device = kernel.path(chip.folder, "/device");
    if (!kernel.exists(kernel.path(chip.folder, "/name")) && kernel.exists(device)) {
      gather(kernel, device);
    }
    if (!chip.ownName.empty()) {
      out.gauge("node_hwmon_chip_names", "What the driver of a chip calls it.")
          .add(1, {{"chip", label}, {"chip_name", chip.ownName}});
    }
    giveSensors(kernel, label, out);
  }

  void gather(Kernel& kernel, std::string_view folder) {
    const auto names = kernel.list(folder);
    if (!names) throw ReadError(ENOTDIR, folder);
    AttributeReader reader(kernel, complaints_, AttributeReader::Denied::kExpected);
    for (const std::string_view name : *names) {
      auto attribute = parseName(kernel, name);
      if (!attribute) continue;
      const auto text = reader.rawText(kernel.path(folder, "/", name));
      if (!text) continue;
      attribute->value = text->substr(std::min(text->find_first_not_of('\n'), text->size()));
      attribute->value = attribute->value.substr(0, attribute->value.find_last_not_of('\n') + 1);
      attributes_.push_back(*attribute);
    }
  }

  void giveSensors(Kernel& kernel, std::string_view chip, Sink& out) {
    const auto key = [](const Attribute& attribute) {
      return std::pair(attribute.sensor, attribute.property);
    };
    std::stable_sort(attributes_.begin(), attributes_.end(),
                     [&](const Attribute& a, const Attribute& b) { return key(a) < key(b); });
    // Of two files for one property the one that was read last speaks.
    const auto firstKept =
        std::unique(attributes_.rbegin(), attributes_.rend(),
                    [&](const Attribute& a, const Attribute& b) { return key(a) == key(b); })
            .base();
    for (auto begin = firstKept; begin != attributes_.end();) {
      const auto end = std::find_if(begin, attributes_.end(), [&](const Attribute& attribute) {
        return attribute.sensor != begin->sensor;
      });
      const Sensor sensor(chip, {begin, end});
      if (sensors_.takes(kernel.path(chip, ";", sensor.name()))) sensor.give(out, family_);
      begin = end;
    }
  }

  NameFilter chips_;
  NameFilter sensors_;
  bool hasChips_;
  std::vector<Attribute> attributes_;  // of the chip that is being read
  Complaints complaints_;
  std::string family_;
};

const RegisterCollector<Hwmon> hwmon{{
    .name = "hwmon",
    .flags = {patternFlag("collector.hwmon.chip-include", "",
                          "Chips to report (regular expression)."),
              patternFlag("collector.hwmon.chip-exclude", "",
                          "Chips to leave out (regular expression)."),
              patternFlag("collector.hwmon.sensor-include", "",
                          "Sensors to report, as chip;sensor (regular expression)."),
              patternFlag("collector.hwmon.sensor-exclude", "",
                          "Sensors to leave out, as chip;sensor (regular expression).")},
    .reads = "sys/class/hwmon/hwmon*/",
}};

}  // namespace

}  // namespace orchestrator_exporter
