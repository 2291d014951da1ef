#include "metrics/base/process/host_name.h"

#include <unistd.h>

#include <climits>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

std::string hostName() {
  char name[HOST_NAME_MAX + 1] = {};
  return gethostname(name, sizeof name - 1) == 0 ? toUtf8(name) : std::string();
}

}  // namespace orchestrator_exporter
