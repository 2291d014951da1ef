#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/generated_name.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kPowercap = "sys/class/powercap";

// A domain of power: a package, its cores, its memory.
struct Zone {
  std::string_view folder;  // below powercap
  std::string_view name;
  std::int64_t index = 0;
};

// Counts how often a name came, for zones whose name has no number.
class ZoneNames {
 public:
  // package-1 is the zone package with index 1; the second core has index 1.
  Zone number(std::string_view folder, std::string_view fullName) {
    Zone zone{folder, fullName};
    const std::size_t dash = fullName.find('-');
    const auto index =
        dash == std::string_view::npos ? std::nullopt : parseInteger(fullName.substr(dash + 1));
    // "--1" is no number, and -1 after a dash would be two dashes.
    if (index && fullName.find('-', dash + 1) == std::string_view::npos) {
      zone.name = fullName.substr(0, dash);
      zone.index = *index;
    } else {
      zone.index = nextIndex(fullName);
    }
    nextIndex(zone.name) = zone.index + 1;
    return zone;
  }

 private:
  std::int64_t& nextIndex(std::string_view name) {
    const auto known = std::find_if(next_.begin(), next_.end(),
                                    [name](const auto& entry) { return entry.first == name; });
    if (known != next_.end()) return known->second;
    return next_.emplace_back(name, 0).second;
  }

  std::vector<std::pair<std::string_view, std::int64_t>> next_;
};

class Rapl final : public Collector {
 public:
  Rapl(const Flags& flags, const Kernel& kernel)
      : zoneLabel_(flags.enabled("collector.rapl.enable-zone-label")),
        folder_(std::filesystem::path(kernel.resolve(kPowercap)).lexically_normal().string() +
                "/") {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    bool given = false;
    std::string_view denied;
    for (const Zone& zone : zones(kernel)) {
      const std::string_view path = kernel.path(kPowercap, "/", zone.folder, "/energy_uj");
      complaints_.attempt([&] {
        const auto microjoules = kernel.readUnsigned(path, {EACCES, EPERM, ENODATA, ENODEV});
        if (microjoules) give(zone, static_cast<double>(*microjoules) / 1e6, out);
        if (microjoules) given = true;
        if (!microjoules && denied.empty() && isDenied(kernel, path)) denied = path;
      });
    }
    // If all zones are root's alone, as is usual, there is nothing to tell.
    if (given && !denied.empty()) complaints_.add(ReadError(EACCES, denied).what());
    complaints_.failIf(!given);
    if (!given) throw NoData{};
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // Whether a file that could not be read is there.
  static bool isDenied(const Kernel& kernel, std::string_view path) {
    return access(kernel.resolve(path).c_str(), R_OK) != 0 && errno == EACCES;
  }

  std::vector<Zone> zones(Kernel& kernel) {
    const auto folders = kernel.list(kPowercap, {EACCES, EPERM});
    if (!folders) throw NoData{};
    std::vector<Zone> zones;
    ZoneNames names;
    AttributeReader attributes(kernel, complaints_, AttributeReader::Denied::kExpected);
    for (const std::string_view folder : *folders) {
      const auto name = attributes.text(kernel.path(kPowercap, "/", folder, "/name"));
      if (name) zones.push_back(names.number(folder, *name));
    }
    return zones;
  }

  void give(const Zone& zone, double joules, Sink& out) {
    const std::string index = std::to_string(zone.index);
    const std::string path = folder_ + std::string(zone.folder);
    if (zoneLabel_) {
      out.counter("node_rapl_joules_total", "Energy that a power zone has used, in joules.")
          .add(joules, {{"index", index}, {"path", path}, {"rapl_zone", zone.name}});
      return;
    }
    family_ = "node_rapl_";
    appendGeneratedName(family_, zone.name);
    family_ += "_joules_total";
    out.counter(family_, "Energy that power zones of this name have used, in joules.")
        .add(joules, {{"index", index}, {"path", path}});
  }

  bool zoneLabel_;
  std::string folder_;
  std::string family_;
  Complaints complaints_;
};

const RegisterCollector<Rapl> rapl{{
    .name = "rapl",
    .flags = {switchFlag("collector.rapl.enable-zone-label", false,
                         "One family for all power zones, with the zone's name as a label.")},
    .reads = "sys/class/powercap/*/{name,energy_uj}",
    .needs = "root: energy_uj is readable by root alone",
}};

}  // namespace

}  // namespace orchestrator_exporter
