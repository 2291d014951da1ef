#include <array>
#include <cerrno>

#include "exporter/host/collector.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kWatchdogs = "sys/class/watchdog";

// A file that holds a number (Documentation/ABI/testing/sysfs-class-watchdog).
struct Number {
  std::string_view file;
  std::string_view family;
  std::string_view help;
};
constexpr std::array<Number, 7> kNumbers = {{
    {"access_cs0", "node_watchdog_access_cs0",
     "Whether a reset of the watchdog also gives access to the first chip select."},
    {"bootstatus", "node_watchdog_bootstatus", "Status of the watchdog when the machine booted."},
    {"fw_version", "node_watchdog_fw_version", "Version of the watchdog's firmware."},
    {"nowayout", "node_watchdog_nowayout", "Whether the watchdog cannot be stopped once started."},
    {"pretimeout", "node_watchdog_pretimeout_seconds",
     "How long before the time-out the watchdog warns."},
    {"timeleft", "node_watchdog_timeleft_seconds", "Time until the watchdog resets the machine."},
    {"timeout", "node_watchdog_timeout_seconds",
     "Time without a sign of life after which the watchdog resets the machine."},
}};

// The files that become labels of node_watchdog_info under their names.
constexpr std::array<std::string_view, 5> kTexts = {"identity", "options", "pretimeout_governor",
                                                    "state", "status"};

struct Device {
  std::string_view name;
  std::array<std::optional<std::int64_t>, kNumbers.size()> numbers;
  std::array<std::string_view, kTexts.size()> texts;
};

class Watchdog final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.list(kWatchdogs, {EACCES, EPERM});
    if (!names) throw NoData{};

    // All or none: one that makes no sense ends the run.
    std::vector<Device> devices;
    for (const std::string_view name : *names) devices.push_back(readDevice(kernel, name));
    for (const Device& device : devices) give(device, out);
  }

  static Device readDevice(Kernel& kernel, std::string_view name) {
    Device device{name, {}, {}};
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      const std::string_view path = kernel.path(kWatchdogs, "/", name, "/", kNumbers[i].file);
      const auto text = readFile(kernel, path);
      if (!text) continue;
      device.numbers[i] = parseIntegerLiteral(*text);
      if (!device.numbers[i]) throw ParseError(path, 1, "a whole number", *text);
    }
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      device.texts[i] =
          readFile(kernel, kernel.path(kWatchdogs, "/", name, "/", kTexts[i])).value_or("");
    }
    return device;
  }

  // Throws NoData where the file is there and not for this process.
  static std::optional<std::string_view> readFile(Kernel& kernel, std::string_view path) {
    const auto text = readAttribute(kernel, path, {EACCES, EPERM});
    if (!text && kernel.exists(path)) throw NoData{};
    return text;
  }

  static void give(const Device& device, Sink& out) {
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      if (!device.numbers[i]) continue;
      out.gauge(kNumbers[i].family, kNumbers[i].help)
          .add(static_cast<double>(*device.numbers[i]), {{"name", device.name}});
    }
    const auto& [identity, options, governor, state, status] = device.texts;
    out.info("node_watchdog_info", "What a watchdog is and how it does.")
        .add(1, {{"identity", identity},
                 {"name", device.name},
                 {"options", options},
                 {"pretimeout_governor", governor},
                 {"state", state},
                 {"status", status}});
  }
};

const RegisterCollector<Watchdog> watchdog{{.name = "watchdog", .reads = "sys/class/watchdog/*/"}};

}  // namespace

}  // namespace orchestrator_exporter
