#include "metrics/base/process/file_text.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace orchestrator_exporter {

std::string fileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  file.peek();  // a directory can be opened and fails only here
  if (!file.is_open() || file.bad()) {
    throw std::system_error(errno, std::generic_category(), path);
  }
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace orchestrator_exporter
