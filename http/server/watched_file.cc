#include "http/server/watched_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <stdexcept>
#include <system_error>

namespace orchestrator_exporter::http {
namespace {

constexpr std::size_t kLargest = std::size_t{4} << 20;

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

[[noreturn]] void refuse(int error) {
  throw std::runtime_error(std::generic_category().message(error));
}

class OpenFile {
 public:
  // Not to wait for the writer of a pipe.
  explicit OpenFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor_ < 0) refuse(errno);
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  // A pipe gives its content once only, and nothing while nobody writes.
  void mustBeReadableAgain() const {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) refuse(errno);
    if (S_ISDIR(status.st_mode)) refuse(EISDIR);
    if (!S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode)) {
      throw std::runtime_error("not a regular file");
    }
  }

  std::string content() const {
    std::string text;
    char piece[16384];
    for (;;) {
      const ssize_t got = ::read(descriptor_, piece, sizeof piece);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) refuse(errno);
      if (got == 0) return text;
      text.append(piece, static_cast<std::size_t>(got));
      if (text.size() > kLargest) throw std::runtime_error("larger than 4 MiB");
    }
  }

 private:
  int descriptor_;
};

}  // namespace

std::optional<FileStamp> stampOf(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileStamp{status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
                   nanoseconds(status.st_ctim)};
}

std::string readConfiguration(const std::string& path) {
  const OpenFile file(path);
  file.mustBeReadableAgain();
  return file.content();
}

}  // namespace orchestrator_exporter::http
