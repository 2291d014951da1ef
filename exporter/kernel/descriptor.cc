#include "exporter/kernel/descriptor.h"

#include <fcntl.h>

namespace orchestrator_exporter {

Descriptor openDirectory(const std::string& path) {
  return Descriptor(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

}  // namespace orchestrator_exporter
