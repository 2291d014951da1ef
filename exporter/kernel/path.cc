#include "exporter/kernel/path.h"

#include <sys/stat.h>

#include <cstdlib>
#include <memory>

namespace orchestrator_exporter {

std::string_view baseName(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view parentPath(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::optional<std::string> realPath(const Kernel& kernel, std::string_view path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(kernel.resolve(path).c_str(), nullptr),
                                                    std::free);
  if (!real) return std::nullopt;
  return std::string(real.get());
}

bool isDirectory(const Kernel& kernel, std::string_view path) {
  struct stat status {};
  return stat(kernel.resolve(path).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace orchestrator_exporter
