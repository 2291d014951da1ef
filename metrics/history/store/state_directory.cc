#include "metrics/history/store/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace orchestrator_exporter::history {

namespace {

constexpr mode_t kOwnerOnly = 0700;
constexpr mode_t kOwnersFile = 0600;

[[noreturn]] void fail(const std::string& place, int error) {
  throw std::runtime_error(place + std::generic_category().message(error));
}

}  // namespace

StateDirectory::StateDirectory(std::filesystem::path path) : path_(std::move(path)) {
  if (mkdir(path_.c_str(), kOwnerOnly) != 0 && errno != EEXIST) fail("", errno);
  const std::filesystem::path file = path_ / "lock";
  lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnersFile);
  if (lock_ < 0) fail("lock: ", errno);
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int error = errno;
  close(lock_);
  if (error == EWOULDBLOCK) throw std::runtime_error("another process holds it");
  fail("lock: ", error);
}

StateDirectory::~StateDirectory() { close(lock_); }

}  // namespace orchestrator_exporter::history
