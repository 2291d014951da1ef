#pragma once

#include <cstdint>
#include <optional>

namespace orchestrator_exporter::profiling {

// What the calling thread has read and written by system calls (proc_pid_io(5): rchar, wchar,
// syscr, syscw), whether from a device, a cache, a pipe or a socket. Keeps its file open; for the
// thread that called it first.
class ThreadIo {
 public:
  struct Counts {
    std::uint64_t readBytes = 0;
    std::uint64_t writtenBytes = 0;
    std::uint64_t calls = 0;
  };

  ThreadIo() = default;
  ~ThreadIo() { close(); }
  ThreadIo(const ThreadIo&) = delete;
  ThreadIo& operator=(const ThreadIo&) = delete;

  // About 1.6 µs; nullopt if the kernel does not tell.
  std::optional<Counts> read() noexcept;
  // The next read() opens the file again, as another thread or a fork must.
  void close() noexcept;

 private:
  int descriptor_ = -1;
  bool isRefused_ = false;
};

}  // namespace orchestrator_exporter::profiling
