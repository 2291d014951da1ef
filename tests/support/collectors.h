#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/host/flags.h"
#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// The tree of a small, healthy host under tests/fixtures: proc, sys, run/udev/data and root.
Roots fixture(std::string_view name);

// A tree of its own, empty at first and gone with the object. Paths are written as collectors write
// them: "proc/loadavg", "sys/class/net/eth0/mtu", "etc/os-release".
class TempSystem {
 public:
  TempSystem() : TempSystem(std::filesystem::temp_directory_path()) {}
  explicit TempSystem(const std::filesystem::path& parent);
  ~TempSystem();
  TempSystem(const TempSystem&) = delete;
  TempSystem& operator=(const TempSystem&) = delete;

  TempSystem& file(std::string_view path, std::string_view content);
  TempSystem& directory(std::string_view path);
  TempSystem& link(std::string_view path, std::string_view target);
  TempSystem& remove(std::string_view path);

  Roots roots() const;
  operator Roots() const { return roots(); }
  std::string path(std::string_view path) const;

 private:
  std::filesystem::path root_;
};

// What one collector gives in one run, as text 0.0.4. Throws what the collector throws.
std::string collectText(std::string_view collector, const Roots& roots, const Flags& flags = {});

// As collectText, without the HELP and TYPE lines.
std::string collectSamples(std::string_view collector, const Roots& roots, const Flags& flags = {});

// As collectSamples, of a collector that may fail on the way: what it gave until then.
std::string collectSamplesUntilFailure(std::string_view collector, const Roots& roots,
                                       const Flags& flags = {});

// What the collector's failure says; "no data" for NoData, empty if it succeeds.
std::string collectError(std::string_view collector, const Roots& roots, const Flags& flags = {});

// What the collector complains of after a run that succeeds. Throws what the collector throws.
std::string collectComplaint(std::string_view collector, const Roots& roots,
                             const Flags& flags = {});

}  // namespace orchestrator_exporter
