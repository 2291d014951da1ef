#pragma once

#include <string>
#include <vector>

#include "tests/support/child_process.h"

namespace orchestrator_exporter::test {

// The program itself, listening on a free port of loopback.
class RunningExporter {
 public:
  // `before` are what runs it: env and its variables, nohup.
  explicit RunningExporter(const std::vector<std::string>& flags = {},
                           std::vector<std::string> before = {});
  int port() const { return port_; }
  ChildProcess& process() { return process_; }

 private:
  ChildProcess process_;
  int port_ = 0;
};

}  // namespace orchestrator_exporter::test
