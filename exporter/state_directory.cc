#include "exporter/state_directory.h"

namespace orchestrator_exporter {

namespace {

const bool declared = [] {
  FlagDefinition flag = textFlag(
      "storage.path", "",
      "Directory for what is to outlast the process, made if it is missing: the history on "
      "disk, pushed groups. Without it both are kept in memory alone.");
  flag.environment = "STATE_DIRECTORY";
  declareFlags({flag});
  return true;
}();

}  // namespace

// systemd may name several directories, a colon between them.
std::string stateDirectory(const Flags& flags) {
  const std::string& path = flags.text("storage.path");
  return flags.given("storage.path") ? path : path.substr(0, path.find(':'));
}

}  // namespace orchestrator_exporter
