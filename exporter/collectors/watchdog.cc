#include <algorithm>
#include <array>
#include <cerrno>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"

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
    complaints_.clear();
    const auto names = kernel.list(kWatchdogs, {EACCES, EPERM});
    if (!names) throw NoData{};
    for (const std::string_view name : *names) {
      const Device device = readDevice(kernel, name);
      if (!isGone(kernel, device)) give(device, out);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

  Device readDevice(Kernel& kernel, std::string_view name) {
    Device device{name, {}, {}};
    AttributeReader attributes(kernel, complaints_);
    for (std::size_t i = 0; i < kNumbers.size(); ++i) {
      device.numbers[i] =
          attributes.integer(kernel.path(kWatchdogs, "/", name, "/", kNumbers[i].file));
    }
    for (std::size_t i = 0; i < kTexts.size(); ++i) {
      device.texts[i] =
          attributes.text(kernel.path(kWatchdogs, "/", name, "/", kTexts[i])).value_or("");
    }
    return device;
  }

  // A watchdog that tells nothing may be one of a kernel that tells nothing of watchdogs, or one
  // that went away since it was listed.
  static bool isGone(Kernel& kernel, const Device& device) {
    const auto tells = [](const auto& number) { return number.has_value(); };
    return std::none_of(device.numbers.begin(), device.numbers.end(), tells) &&
           !kernel.exists(kernel.path(kWatchdogs, "/", device.name));
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

  Complaints complaints_;
};

const RegisterCollector<Watchdog> watchdog{{.name = "watchdog", .reads = "sys/class/watchdog/*/"}};

}  // namespace

}  // namespace orchestrator_exporter
