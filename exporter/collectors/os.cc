#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/file_stamp.h"
#include "exporter/kernel/machine/environment_file.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kFiles[] = {"etc/os-release", "usr/lib/os-release"};

struct Release {
  std::string buildId, id, idLike, imageId, imageVersion, name, prettyName, supportEnd, variant,
      variantId, version, versionCodename, versionId;
};

struct Key {
  std::string_view key;
  std::string Release::*field;
};

constexpr Key kKeys[] = {
    {"BUILD_ID", &Release::buildId},
    {"ID", &Release::id},
    {"ID_LIKE", &Release::idLike},
    {"IMAGE_ID", &Release::imageId},
    {"IMAGE_VERSION", &Release::imageVersion},
    {"NAME", &Release::name},
    {"PRETTY_NAME", &Release::prettyName},
    {"SUPPORT_END", &Release::supportEnd},
    {"VARIANT", &Release::variant},
    {"VARIANT_ID", &Release::variantId},
    {"VERSION", &Release::version},
    {"VERSION_CODENAME", &Release::versionCodename},
    {"VERSION_ID", &Release::versionId},
};

// Unix seconds of midnight UTC on a day written as 2030-06-30.
double dayOf(std::string_view path, std::string_view text) {
  const auto digits = [&](std::size_t at, std::size_t count) {
    const std::string_view part = text.substr(at, count);
    const bool whole = part.find_first_not_of("0123456789") == std::string_view::npos;
    return whole ? parseUnsigned(part).value_or(0) : 0;
  };
  using namespace std::chrono;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const year_month_day day{year(static_cast<int>(digits(0, 4))),
                             month(static_cast<unsigned>(digits(5, 2))),
                             std::chrono::day(static_cast<unsigned>(digits(8, 2)))};
    if (day.ok()) return static_cast<double>(sys_seconds(sys_days(day)).time_since_epoch().count());
  }
  throw ParseError(path, 0, "a SUPPORT_END of the form 2030-06-30", text);
}

// The number at the start of a version such as 22.04 or 12.3.4; 0 where there is none.
double leadingNumber(std::string_view version) {
  constexpr std::string_view kDigits = "0123456789";
  std::size_t end = version.find_first_not_of(kDigits);
  if (end == 0) return 0;
  if (end != std::string_view::npos && version[end] == '.') {
    end = version.find_first_not_of(kDigits, end + 1);
  }
  return parseNumber(version.substr(0, end)).value_or(0);
}

class OperatingSystem final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    readIfChanged(kernel);
    const Release& release = release_;
    out.gauge("node_os_info", "What the operating system calls itself; always 1.")
        .add(1, {{"build_id", release.buildId},
                 {"id", release.id},
                 {"id_like", release.idLike},
                 {"image_id", release.imageId},
                 {"image_version", release.imageVersion},
                 {"name", release.name},
                 {"pretty_name", release.prettyName},
                 {"variant", release.variant},
                 {"variant_id", release.variantId},
                 {"version", release.version},
                 {"version_codename", release.versionCodename},
                 {"version_id", release.versionId}});
    if (const double version = leadingNumber(release.versionId); version > 0) {
      out.gauge("node_os_version", "The first one or two parts of the version as a number.")
          .add(version, {{"id", release.id}, {"id_like", release.idLike}, {"name", release.name}});
    }
    if (supportEnd_) {
      out.gauge("node_os_support_end_timestamp_seconds",
                "Unix time at which support of the operating system ends.")
          .add(*supportEnd_);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

  void readIfChanged(Kernel& kernel) {
    bool reading = false;
    for (const std::string_view path : kFiles) {
      const auto stamp = stampOf(kernel.resolve(path));
      if (!stamp) continue;
      if (stamp == stamp_) return;
      // What the second file tells leaves what was wrong with the first.
      if (!std::exchange(reading, true)) complaints_.clear();
      stamp_.reset();
      if (complaints_.attempt([&] { take(kernel.require(path)); })) {
        stamp_ = stamp;
        return;
      }
    }
    complaints_.failIfNothingWasRead();
    throw NoData{};
  }

  void take(const KernelFile& file) {
    const Environment environment = parseEnvironment(file);
    if (environment.entries.empty() && !environment.refusals.empty()) {
      throw ParseError(environment.refusals.front());
    }
    for (const ParseError& refusal : environment.refusals) complaints_.add(refusal.what());
    release_ = {};
    for (const auto& [key, value] : environment.entries) {
      for (const Key& known : kKeys) {
        if (known.key == key) release_.*known.field = value;
      }
    }
    supportEnd_.reset();
    if (release_.supportEnd.empty()) return;
    complaints_.attempt([&] { supportEnd_ = dayOf(file.path, release_.supportEnd); });
  }

  std::optional<FileStamp> stamp_;  // of the file that was read last
  Complaints complaints_;           // of that file
  Release release_;
  std::optional<double> supportEnd_;
};

const RegisterCollector<OperatingSystem> os{
    {.name = "os", .reads = "etc/os-release, else usr/lib/os-release"}};

}  // namespace

}  // namespace orchestrator_exporter
