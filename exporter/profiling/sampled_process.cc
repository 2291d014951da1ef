#include "exporter/profiling/sampled_process.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

#include "metrics/base/process/file_text.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::size_t kLargestMap = 64U << 20;

std::string processFileText(int process, const std::string& name) {
  try {
    return fileText("/proc/" + std::to_string(process) + "/" + name);
  } catch (const std::system_error&) {
    return {};  // it has ended
  }
}

// Its number as itself sees it, which is the last of the line "NSpid: 4711 12".
std::string ownNumber(int process) {
  const std::string status = processFileText(process, "status");
  const std::size_t begin = status.find("\nNSpid:");
  if (begin == std::string::npos) return std::to_string(process);
  const std::string line = status.substr(begin + 1, status.find('\n', begin + 1) - begin - 1);
  return line.substr(line.find_last_of(" \t") + 1);
}

}  // namespace

ProcessMaps& SampledProcess::maps() {
  if (!isRead_) {
    isRead_ = true;
    // What the kernel has told since is newer and stands for what is read here.
    ProcessMaps all;
    all.read(processFileText(id_, "maps"));
    maps_ = std::move(all);
  }
  return maps_;
}

void SampledProcess::beginProgram() {
  maps_.clear();
  isRead_ = true;
  temporary_ = Descriptor();
}

const std::string& SampledProcess::threadName(std::uint32_t thread) {
  const auto [known, isNew] = names_.try_emplace(thread);
  if (isNew) {
    std::string name = processFileText(id_, "task/" + std::to_string(thread) + "/comm");
    if (name.ends_with('\n')) name.pop_back();
    known->second = toUtf8(name);
  }
  return known->second;
}

void SampledProcess::keepGeneratedNames() {
  if (temporary_.isOpen()) return;
  const std::string folder = "/proc/" + std::to_string(id_);
  struct stat status {};
  if (stat(folder.c_str(), &status) != 0) return;
  user_ = status.st_uid;
  temporary_ = Descriptor(open((folder + "/root/tmp").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  mapName_ = "perf-" + ownNumber(id_) + ".map";
}

std::string SampledProcess::generatedNames() const {
  if (!temporary_.isOpen()) return {};
  const Descriptor file(
      openat(temporary_.get(), mapName_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!file.isOpen() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_uid != user_ || static_cast<std::size_t>(status.st_size) > kLargestMap) {
    return {};
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t got = 0;
  while (got < text.size()) {
    const ssize_t more = ::read(file.get(), text.data() + got, text.size() - got);
    if (more <= 0) break;
    got += static_cast<std::size_t>(more);
  }
  text.resize(got);
  return text;
}

}  // namespace orchestrator_exporter::profiling
