#include "exporter/commands/output.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>

namespace orchestrator_exporter::commands {

std::string readInput(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  // An empty file has nothing to copy, which the stream takes for a failure.
  if (file.is_open() && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (file.is_open() && !file.bad() && !text.bad()) return text.str();
  throw std::runtime_error(name + ": cannot be read: " + std::generic_category().message(errno));
}

void writeOutput(const std::string& name, const std::string& text) {
  const bool isStandard = name == "-";
  std::FILE* file = isStandard ? stdout : std::fopen(name.c_str(), "wb");
  const bool isWritten =
      file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool isClosed = isStandard || file == nullptr || std::fclose(file) == 0;
  if (isWritten && isClosed) return;
  throw std::runtime_error((isStandard ? "standard output" : name) +
                           ": cannot be written: " + std::generic_category().message(errno));
}

}  // namespace orchestrator_exporter::commands
