#include "tests/support/opened_files.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace orchestrator_exporter {

OpenedFiles::OpenedFiles(const std::filesystem::path& folder)
    : queue_(inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (queue_ < 0) throw std::runtime_error("inotify_init1 failed");
  watch(folder);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_directory() && !entry.is_symlink()) watch(entry.path());
  }
  take();
}

OpenedFiles::~OpenedFiles() { close(queue_); }

void OpenedFiles::watch(const std::filesystem::path& folder) {
  const int watched = inotify_add_watch(queue_, folder.c_str(), IN_OPEN);
  if (watched < 0) throw std::runtime_error("cannot watch " + folder.string());
  folders_[watched] = folder;
}

std::set<std::filesystem::path> OpenedFiles::take() {
  std::set<std::filesystem::path> opened;
  alignas(inotify_event) std::array<char, 65536> events;
  while (true) {
    const ssize_t size = read(queue_, events.data(), events.size());
    if (size <= 0) return opened;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event;
      std::memcpy(&event, events.data() + at, sizeof event);
      if ((event.mask & IN_Q_OVERFLOW) != 0) throw std::runtime_error("inotify lost events");
      const bool isFile = (event.mask & IN_ISDIR) == 0 && event.len > 0;
      if (isFile) opened.insert(folders_.at(event.wd) / (events.data() + at + sizeof event));
      at += sizeof event + event.len;
    }
  }
}

}  // namespace orchestrator_exporter
