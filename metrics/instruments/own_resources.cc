#include "metrics/instruments/own_resources.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <string_view>

namespace orchestrator_exporter {

namespace {

// The numbers of /proc/self/stat that are wanted, counted from 1 as in proc(5).
constexpr int kThreadsField = 20;
constexpr int kVirtualField = 23;
constexpr int kResidentField = 24;  // in pages
constexpr int kFirstAfterName = 3;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

void readTimes(OwnResources& found) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return;
  found.userSeconds = seconds(usage.ru_utime);
  found.systemSeconds = seconds(usage.ru_stime);
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void takeField(OwnResources& found, int field, std::string_view text) {
  if (field == kThreadsField) found.threads = number(text);
  if (field == kVirtualField) found.virtualBytes = number(text);
  if (field != kResidentField) return;
  if (const auto pages = number(text)) {
    found.residentBytes = *pages * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
}

void readStat(OwnResources& found) {
  const int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  std::array<char, 1024> buffer{};
  const ssize_t size = read(file, buffer.data(), buffer.size());
  close(file);
  if (size <= 0) return;
  std::string_view rest(buffer.data(), static_cast<std::size_t>(size));
  // The name stands in parentheses and may hold anything, so the fields are counted from its end.
  const std::size_t name = rest.rfind(") ");
  if (name == std::string_view::npos) return;
  rest.remove_prefix(name + 2);
  for (int field = kFirstAfterName; field <= kResidentField && !rest.empty(); ++field) {
    const std::size_t end = rest.find_first_of(" \n");
    takeField(found, field, rest.substr(0, end));
    if (end == std::string_view::npos) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

OwnResources readOwnResources() {
  OwnResources found;
  readTimes(found);
  readStat(found);
  const struct mallinfo2 heap = mallinfo2();
  found.heapBytes = static_cast<double>(heap.uordblks + heap.hblkhd);
  return found;
}

}  // namespace orchestrator_exporter
