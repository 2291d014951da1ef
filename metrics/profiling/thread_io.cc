#include "metrics/profiling/thread_io.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace orchestrator_exporter::profiling {

namespace {

// The number behind `name: ` at the start of a line.
std::optional<std::uint64_t> numberBehind(std::string_view text, std::string_view name) {
  const std::size_t begin = text.find(name);
  if (begin == std::string_view::npos) return std::nullopt;
  text.remove_prefix(begin + name.size());
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  return number;
}

}  // namespace

std::optional<ThreadIo::Counts> ThreadIo::read() noexcept {
  if (isRefused_) return std::nullopt;
  if (descriptor_ < 0) descriptor_ = open("/proc/thread-self/io", O_RDONLY | O_CLOEXEC);
  std::array<char, 512> buffer;
  const ssize_t got = descriptor_ < 0 ? -1 : pread(descriptor_, buffer.data(), buffer.size(), 0);
  if (got <= 0) {
    close();
    isRefused_ = true;
    return std::nullopt;
  }
  const std::string_view text(buffer.data(), static_cast<std::size_t>(got));
  const auto read = numberBehind(text, "rchar: ");
  const auto written = numberBehind(text, "wchar: ");
  const auto readCalls = numberBehind(text, "syscr: ");
  const auto writeCalls = numberBehind(text, "syscw: ");
  if (!read || !written || !readCalls || !writeCalls) return std::nullopt;
  return Counts{*read, *written, *readCalls + *writeCalls};
}

void ThreadIo::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  isRefused_ = false;
}

}  // namespace orchestrator_exporter::profiling
