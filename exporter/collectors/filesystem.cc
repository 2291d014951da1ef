#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/hanging_calls.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/storage/file_system_space.h"
#include "exporter/kernel/storage/mount_table.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kPointsInclude = "collector.filesystem.mount-points-include";
constexpr std::string_view kPointsExclude = "collector.filesystem.mount-points-exclude";
constexpr std::string_view kOldPointsExclude = "collector.filesystem.ignored-mount-points";
constexpr std::string_view kTypesInclude = "collector.filesystem.fs-types-include";
constexpr std::string_view kTypesExclude = "collector.filesystem.fs-types-exclude";
constexpr std::string_view kOldTypesExclude = "collector.filesystem.ignored-fs-types";
constexpr std::string_view kTimeout = "collector.filesystem.mount-timeout";
constexpr std::string_view kWorkers = "collector.filesystem.stat-workers";

// A run that was not expected to wait holds up the collectors after it, so it waits this long at
// most.
constexpr std::chrono::milliseconds kShortWait{100};

// The kernel tells of every mount and remount, but not of a file system that turned read-only by
// itself after an error: the table is read after so many runs whatever the kernel says.
constexpr unsigned kRunsOfATable = 4;

// The words that Go has for an errno, which are those that users know: node_exporter's label.
std::string errnoText(int error) {
  std::string text = std::generic_category().message(error);
  const auto isUpper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (text.size() > 1 && isUpper(text[0]) && !isUpper(text[1])) text[0] += 'a' - 'A';
  return text;
}

// What is known of one mount. Without an answer, statfs() did not come back in time.
struct Report {
  Mount mount;
  bool mayHang = false;
  std::optional<FileSystemSpace> answer = {};

  auto series() const { return std::tie(mount.point, mount.source, mount.type); }
  auto device() const { return std::tie(mount.major, mount.minor); }
};

class FilesystemFamilies {
 public:
  explicit FilesystemFamilies(Sink& out)
      : size_(out.gauge("node_filesystem_size_bytes", "Size of the file system in bytes.")),
        free_(out.gauge("node_filesystem_free_bytes", "Free space in bytes.")),
        available_(out.gauge("node_filesystem_avail_bytes",
                             "Free space for unprivileged users in bytes.")),
        files_(out.gauge("node_filesystem_files", "Number of files that there is room for.")),
        filesFree_(out.gauge("node_filesystem_files_free", "Number of files that can be added.")),
        purgeable_(out.gauge("node_filesystem_purgeable_bytes",
                             "Space that the system can purge by itself, always 0 on Linux.")),
        readOnly_(out.gauge("node_filesystem_readonly", "1 where the mount takes no writes.")),
        deviceError_(out.gauge("node_filesystem_device_error",
                               "1 where the file system could not be asked.")),
        mountInfo_(
            out.gauge("node_filesystem_mount_info", "Device numbers of the mount, always 1.")) {}

  void add(const Report& report) const {
    const Mount& mount = report.mount;
    const bool answered = report.answer.has_value();
    const bool failed = !answered || report.answer->error != 0;
    const std::string error = !answered ? "mountpoint timeout"
                              : failed  ? errnoText(report.answer->error)
                                        : std::string();
    const std::array<Label, 4> labels{Label{"device", mount.source},
                                      {"device_error", error},
                                      {"fstype", mount.type},
                                      {"mountpoint", mount.point}};
    deviceError_.add(failed ? 1 : 0, labels);
    readOnly_.add(mount.readOnly() ? 1 : 0, labels);
    if (failed) return;

    size_.add(report.answer->size, labels);
    free_.add(report.answer->free, labels);
    available_.add(report.answer->available, labels);
    files_.add(report.answer->files, labels);
    filesFree_.add(report.answer->filesFree, labels);
    purgeable_.add(0, labels);
  }

  void addDevice(const Report& report) const {
    const Mount& mount = report.mount;
    if (!report.answer || report.answer->error != 0) return;
    mountInfo_.add(1, {{"device", mount.source},
                       {"major", std::to_string(mount.major)},
                       {"minor", std::to_string(mount.minor)},
                       {"mountpoint", mount.point}});
  }

 private:
  ScalarFamily size_;
  ScalarFamily free_;
  ScalarFamily available_;
  ScalarFamily files_;
  ScalarFamily filesFree_;
  ScalarFamily purgeable_;
  ScalarFamily readOnly_;
  ScalarFamily deviceError_;
  ScalarFamily mountInfo_;
};

class Filesystem final : public Collector {
 public:
  Filesystem(const Flags& flags, Kernel& kernel)
      : points_(NameFilter::oneOf(flags, kPointsInclude, kPointsExclude, {}, kOldPointsExclude)),
        types_(NameFilter::oneOf(flags, kTypesInclude, kTypesExclude, {}, kOldTypesExclude)),
        timeout_(std::chrono::duration_cast<Milliseconds>(flags.duration(kTimeout))) {
    flags.integer(kWorkers);  // every mount that may hang has a thread of its own
    mayBlock_ = anyMayHang(choose(readMountsLeniently(kernel)));
  }

  bool mayBlock() const override { return mayBlock_; }
  std::string complaint() const override { return complaints_.text(); }

  void collect(Kernel& kernel, Sink& out) override {
    readTable(kernel);
    for (Report& report : reports_) {
      if (!report.mayHang) report.answer = askSpace(report.mount.path(kernel.roots()));
    }
    const bool wasExpected = mayBlock_;
    mayBlock_ = anyMayHang(reports_);
    if (mayBlock_) askThoseThatMayHang(kernel, reports_, wasExpected ? timeout_ : kShortWait);

    const FilesystemFamilies families(out);
    const Report* before = nullptr;
    for (const Report& report : reports_) {
      // Mounts that lie on each other may share all labels but the device numbers.
      const bool known = before != nullptr && before->series() == report.series();
      if (!known) families.add(report);
      if (!known || before->device() != report.device()) families.addDevice(report);
      before = &report;
    }
  }

 private:
  using Milliseconds = std::chrono::milliseconds;

  static bool anyMayHang(const std::vector<Report>& reports) {
    return std::any_of(reports.begin(), reports.end(),
                       [](const Report& report) { return report.mayHang; });
  }

  // Mounts rarely change, so what was made of the table is kept while the kernel tells of no change
  // and its text is the same.
  void readTable(Kernel& kernel) {
    if (!kernel.mayHaveChanged(tablePath_) && ++runsOfTable_ < kRunsOfATable) return;
    runsOfTable_ = 0;
    tablePath_.clear();  // what throws from here on is tried again by the next run
    const KernelFile table = readMountTable(kernel);
    if (!table_ || *table_ != table.text) adopt(table, kernel.roots());
    tablePath_ = table.path;
  }

  void adopt(const KernelFile& table, const Roots& roots) {
    auto text = std::make_unique<const std::string>(table.text);
    std::vector<ParseError> refusals;
    const std::vector<Mount> mounts = mountsIn({table.path, *text}, roots, refusals);
    if (mounts.empty() && !refusals.empty()) throw refusals.front();
    complaints_.clear();
    for (const ParseError& refusal : refusals) complaints_.add(refusal.what());
    reports_ = choose(mounts);
    table_ = std::move(text);
  }

  // The mounts that the filters take, those of one mount point side by side.
  std::vector<Report> choose(const std::vector<Mount>& mounts) const {
    const SlowMounts slow(mounts);
    std::vector<Report> chosen;
    for (const Mount& mount : mounts) {
      if (!points_.takes(mount.point) || !types_.takes(mount.type)) continue;
      chosen.push_back({mount, slow.has(mount)});
    }
    std::stable_sort(chosen.begin(), chosen.end(), [](const Report& a, const Report& b) {
      return std::tuple_cat(a.series(), a.device()) < std::tuple_cat(b.series(), b.device());
    });
    return chosen;
  }

  void askThoseThatMayHang(const Kernel& kernel, std::vector<Report>& reports,
                           Milliseconds timeout) {
    std::vector<std::string> paths;
    for (const Report& report : reports) {
      if (report.mayHang) paths.push_back(report.mount.path(kernel.roots()));
    }
    const auto left = std::max(kernel.deadline() - Kernel::Clock::now(), Kernel::Clock::duration{});
    const auto until = Kernel::Clock::now() + std::min<Kernel::Clock::duration>(timeout, left);
    const auto answers = calls_.ask(paths, until);
    auto answer = answers.begin();
    for (Report& report : reports) {
      if (report.mayHang) report.answer = *answer++;
    }
  }

  NameFilter points_;
  NameFilter types_;
  Milliseconds timeout_;
  std::atomic<bool> mayBlock_ = false;
  std::unique_ptr<const std::string> table_;  // what the reports show parts of
  std::string tablePath_;
  unsigned runsOfTable_ = 0;
  std::vector<Report> reports_;
  Complaints complaints_;  // of the table
  HangingCalls<FileSystemSpace> calls_{askSpace};
};

const RegisterCollector<Filesystem> filesystem{
    {.name = "filesystem",
     .flags = {patternFlag(std::string(kPointsExclude),
                           "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|"
                           "var/lib/containers/storage/.+)($|/)",
                           "Mount points to leave out, a regular expression."),
               patternFlag(std::string(kPointsInclude), "",
                           "Mount points to take, a regular expression; instead of an exclude."),
               hiddenFlag(patternFlag(std::string(kOldPointsExclude), "",
                                      "Old name of mount-points-exclude.")),
               patternFlag(std::string(kTypesExclude),
                           "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|"
                           "fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|"
                           "rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$",
                           "File system types to leave out, a regular expression."),
               patternFlag(
                   std::string(kTypesInclude), "",
                   "File system types to take, a regular expression; instead of an exclude."),
               hiddenFlag(
                   patternFlag(std::string(kOldTypesExclude), "", "Old name of fs-types-exclude.")),
               hiddenFlag(durationFlag(std::string(kTimeout), "5s", kWaitingTime,
                                       "How long to wait for the answer of a mount.")),
               hiddenFlag(integerFlag(std::string(kWorkers), 4, {},
                                      "Taken for compatibility, without effect."))},
     .reads = "proc/1/mountinfo, or proc/self/mountinfo where the former does not exist; "
              "statfs(2) of each mount point below path.rootfs"}};

}  // namespace

}  // namespace orchestrator_exporter
