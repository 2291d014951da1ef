#include "exporter/kernel/storage/mount_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "exporter/kernel/octal_escapes.h"

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kFirstOptional = 6;
constexpr std::string_view kSeparator = "-";

constexpr std::array<std::string_view, 63> kLocalTypes = {
    "adfs",        "affs",       "apfs",       "bcachefs",  "befs",     "bfs",     "bpf",
    "binfmt_misc", "btrfs",      "cgroup",     "cgroup2",   "configfs", "cpuset",  "cramfs",
    "debugfs",     "devpts",     "devtmpfs",   "efivarfs",  "efs",      "erofs",   "exfat",
    "ext2",        "ext3",       "ext4",       "f2fs",      "fusectl",  "hfs",     "hfsplus",
    "hpfs",        "hugetlbfs",  "iso9660",    "jffs2",     "jfs",      "minix",   "mqueue",
    "msdos",       "nilfs2",     "nsfs",       "ntfs",      "ntfs3",    "omfs",    "proc",
    "pstore",      "qnx4",       "qnx6",       "ramfs",     "reiserfs", "resctrl", "romfs",
    "rootfs",      "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs",   "tmpfs",
    "tracefs",     "ubifs",      "udf",        "ufs",       "vfat",     "xfs",     "zfs",
};

// The columns of a row. Exactly one space stands between two, and a source may be empty.
std::vector<std::string_view> splitAtSpaces(std::string_view text) {
  std::vector<std::string_view> columns;
  columns.reserve(12);
  while (true) {
    const std::size_t space = text.find(' ');
    columns.push_back(text.substr(0, space));
    if (space == std::string_view::npos) return columns;
    text.remove_prefix(space + 1);
  }
}

// Takes a number from the front of the text.
std::optional<std::int64_t> takeInteger(std::string_view& text) {
  while (text.starts_with('\t')) text.remove_prefix(1);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::string withoutRoot(std::string point, std::string_view root) {
  if (root == "/" || !point.starts_with(root)) return point;
  point.erase(0, root.size());
  return point.empty() ? "/" : point;
}

// nullopt for a row that makes no sense.
std::optional<Mount> parseMount(std::string_view row, const Roots& roots) {
  if (row.ends_with('\r')) row.remove_suffix(1);
  const std::vector<std::string_view> columns = splitAtSpaces(row);
  if (columns.size() < kFirstOptional) return std::nullopt;
  // Any number of optional fields stands before the separator; none of them is called as it.
  const auto separator = std::find(columns.begin() + kFirstOptional, columns.end(), kSeparator);
  if (columns.end() - separator < 4) return std::nullopt;
  if (!parseInteger(columns[0]) || !parseInteger(columns[1])) return std::nullopt;

  std::string_view device = columns[2];
  const auto major = takeInteger(device);
  if (!major || !device.starts_with(':')) return std::nullopt;
  device.remove_prefix(1);
  const auto minor = takeInteger(device);
  if (!minor) return std::nullopt;
  return Mount{.major = *major,
               .minor = *minor,
               .point = withoutRoot(withoutOctalEscapes(columns[4]), roots.rootfs),
               .options = columns[5],
               .type = separator[1],
               .source = withoutOctalEscapes(separator[2]),
               .superOptions = separator[3]};
}

// Whether a word stands among options such as `rw,size=4k`. Of an option that comes twice, the last
// one counts, and one with a value is another thing.
bool hasOption(std::string_view options, std::string_view word) {
  bool found = false;
  while (!options.empty()) {
    const std::size_t comma = std::min(options.find(','), options.size());
    const std::string_view option = options.substr(0, comma);
    const std::size_t equals = std::min(option.find('='), option.size());
    if (option.substr(0, equals) == word) found = option.size() <= equals + 1;
    options.remove_prefix(std::min(comma + 1, options.size()));
  }
  return found;
}

// True if the path is the directory or lies below it.
bool liesBelow(std::string_view path, std::string_view directory) {
  if (directory.ends_with('/')) directory.remove_suffix(1);
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace

std::string Mount::path(const Roots& roots) const {
  std::string path = roots.rootfs == "/" ? std::string() : roots.rootfs;
  if (!point.starts_with('/')) path += '/';
  return path.append(point);
}

bool Mount::readOnly() const {
  return hasOption(options, "ro") || hasOption(superOptions, "ro") ||
         hasOption(superOptions, "emergency_ro");
}

KernelFile readMountTable(Kernel& kernel) {
  if (const auto file = kernel.read("proc/1/mountinfo")) return *file;
  return kernel.require("proc/self/mountinfo");
}

std::vector<Mount> mountsIn(const KernelFile& table, const Roots& roots,
                            std::vector<ParseError>& refusals) {
  std::vector<Mount> mounts;
  for (const Row& row : table.rows()) {
    if (row.empty()) continue;
    if (auto mount = parseMount(row.text(), roots)) {
      mounts.push_back(std::move(*mount));
    } else {
      refusals.push_back(row.error("a mount", row.text()));
    }
  }
  return mounts;
}

std::vector<Mount> readMountsLeniently(Kernel& kernel) {
  std::string_view text = kernel.textOrEmpty("proc/1/mountinfo");
  if (text.empty()) text = kernel.textOrEmpty("proc/self/mountinfo");
  std::vector<ParseError> refusals;
  return mountsIn({{}, text}, kernel.roots(), refusals);
}

bool answersLocally(std::string_view fileSystemType) {
  return std::find(kLocalTypes.begin(), kLocalTypes.end(), fileSystemType) != kLocalTypes.end();
}

// Overlays have their directories at hand, and where the root hangs, no exporter runs.
SlowMounts::SlowMounts(const std::vector<Mount>& mounts) {
  for (const Mount& mount : mounts) {
    const bool passes = mount.point == "/" || mount.type == "overlay";
    if (!passes && !answersLocally(mount.type)) points_.push_back(mount.point);
  }
}

bool SlowMounts::has(const Mount& mount) const {
  return !answersLocally(mount.type) ||
         std::any_of(points_.begin(), points_.end(),
                     [&](std::string_view point) { return liesBelow(mount.point, point); });
}

}  // namespace orchestrator_exporter
