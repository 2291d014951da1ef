#include "metrics/history/offline/snapshot.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <ctime>
#include <random>
#include <stdexcept>
#include <system_error>

#include "metrics/history/offline/open.h"

namespace orchestrator_exporter::history {

namespace {

constexpr mode_t kOwnerOnly = 0700;

// As Prometheus names them: 20260102T150405Z-0123456789abcdef
std::string nameAt(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y%m%dT%H%M%SZ", &parts);
  std::random_device random;
  const std::uint64_t digits = std::uint64_t{random()} << 32 | random();
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), "%s-%016" PRIx64, time.data(), digits);
  return name.data();
}

void makeDirectory(const std::filesystem::path& path) {
  if (mkdir(path.c_str(), kOwnerOnly) == 0 || errno == EEXIST) return;
  throw std::runtime_error(path.string() + ": " + std::generic_category().message(errno));
}

}  // namespace

std::string takeSnapshot(const std::filesystem::path& directory,
                         std::chrono::system_clock::time_point now) {
  Database database = openToRead(directory);
  const std::string name = nameAt(now);
  const std::filesystem::path all = directory / "snapshots";
  const std::filesystem::path unfinished = all / (name + ".tmp");
  makeDirectory(all);
  makeDirectory(unfinished);
  try {
    database.copyTo(unfinished / "history.db");
    std::filesystem::rename(unfinished, all / name);
  } catch (const std::exception&) {
    std::error_code ignored;
    std::filesystem::remove_all(unfinished, ignored);
    throw;
  }
  return name;
}

}  // namespace orchestrator_exporter::history
