#include "exporter/commands/output.h"

#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <system_error>

namespace orchestrator_exporter::commands {

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
