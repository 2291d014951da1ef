#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// One row of a mountinfo file (proc_pid_mountinfo(5)). Valid as long as the file's text.
struct Mount {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  // Unescaped; a leading path of the rootfs root is taken away.
  std::string point = {};
  std::string_view options = {};  // of this mount, joined by commas
  std::string_view type = {};
  std::string source = {};             // the device, unescaped
  std::string_view superOptions = {};  // of the file system

  // Where the mount point is for this process.
  std::string path(const Roots& roots) const;
  // Whether the file system or this view of it takes no writes.
  bool readOnly() const;
};

// The file that tells which mounts process 1 sees, or this process where proc/1 is hidden. Throws
// ReadError where it cannot be read.
KernelFile readMountTable(Kernel& kernel);
// The mounts in it. Rows that make no sense are passed over and added to the refusals.
std::vector<Mount> mountsIn(const KernelFile& table, const Roots& roots,
                            std::vector<ParseError>& refusals);
// As both, without what cannot be read; never throws. Valid until the collector's run ends.
std::vector<Mount> readMountsLeniently(Kernel& kernel);

// True for file systems that answer from memory or a local disk. All others, known or not, may wait
// for a server that never answers: NFS, CIFS, FUSE, and overlays of those.
bool answersLocally(std::string_view fileSystemType);

// Which mounts may never answer: those of file systems that are not local, and all that are reached
// through such a mount. The mounts must outlive this.
class SlowMounts {
 public:
  explicit SlowMounts(const std::vector<Mount>& mounts);
  bool has(const Mount& mount) const;

 private:
  std::vector<std::string_view> points_;
};

}  // namespace orchestrator_exporter
