#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

std::optional<std::string_view> readAttribute(Kernel& kernel, std::string_view path,
                                              std::initializer_list<int> tolerated) {
  const auto file = kernel.read(path, tolerated);
  if (!file) return std::nullopt;
  return trim(file->text.substr(0, kAttributeBytes));
}

std::optional<std::string_view> readRawAttribute(Kernel& kernel, std::string_view path) {
  const auto file = kernel.readIfPossible(path);
  if (!file) return std::nullopt;
  return file->text.substr(0, kAttributeBytes);
}

}  // namespace orchestrator_exporter
