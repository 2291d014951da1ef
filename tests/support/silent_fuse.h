#pragma once

#include <fcntl.h>
#include <linux/fuse.h>
#include <sys/mount.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

namespace orchestrator_exporter {

// A FUSE file system whose server has died without leaving: it lets itself be mounted and answers
// nothing after that, so that statfs() on it waits. Gone with the object; those who wait then get
// ENOTCONN or ECONNABORTED. Needs root and /dev/fuse.
class SilentFuse {
 public:
  explicit SilentFuse(std::string directory);
  ~SilentFuse();
  SilentFuse(const SilentFuse&) = delete;
  SilentFuse& operator=(const SilentFuse&) = delete;

  // Empty if it is mounted, else why not.
  const std::string& obstacle() const { return obstacle_; }

 private:
  void answerInit() const;

  std::string directory_;
  std::string obstacle_;
  int device_ = -1;
  std::thread server_;
};

inline SilentFuse::SilentFuse(std::string directory) : directory_(std::move(directory)) {
  device_ = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device_ < 0) {
    obstacle_ = std::string("/dev/fuse: ") + std::strerror(errno);
    return;
  }
  const std::string options =
      "fd=" + std::to_string(device_) + ",rootmode=40000,user_id=0,group_id=0,allow_other";
  if (mount("silent", directory_.c_str(), "fuse", MS_NOSUID | MS_NODEV, options.c_str()) != 0) {
    obstacle_ = std::string("mount: ") + std::strerror(errno);
    return;
  }
  server_ = std::thread([this] { answerInit(); });
}

inline SilentFuse::~SilentFuse() {
  if (server_.joinable()) {
    server_.join();
    umount2(directory_.c_str(), MNT_DETACH);
  }
  if (device_ >= 0) close(device_);
}

// The kernel's first request is FUSE_INIT, and all others wait for its answer.
inline void SilentFuse::answerInit() const {
  alignas(fuse_in_header) std::array<char, 64 * 1024> request{};
  if (read(device_, request.data(), request.size()) <
      static_cast<ssize_t>(sizeof(fuse_in_header))) {
    return;
  }
  fuse_in_header asked{};
  std::memcpy(&asked, request.data(), sizeof asked);
  struct {
    fuse_out_header header;
    fuse_init_out init;
  } answer{};
  answer.header.len = sizeof answer;
  answer.header.unique = asked.unique;
  answer.init.major = FUSE_KERNEL_VERSION;
  answer.init.minor = FUSE_KERNEL_MINOR_VERSION;
  answer.init.max_write = 4096;
  if (write(device_, &answer, sizeof answer) < 0) return;
}

}  // namespace orchestrator_exporter
