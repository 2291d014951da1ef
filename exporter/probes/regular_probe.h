#pragma once

#include <chrono>
#include <string>

#include "exporter/probes/module.h"

namespace orchestrator_exporter::probes {

// A target that is looked at again and again.
struct RegularProbe {
  std::string name;  // the label `probe`
  std::string target;
  std::string moduleName;
  Module module = {};
  std::chrono::milliseconds interval = std::chrono::seconds(15);
};

}  // namespace orchestrator_exporter::probes
