#include <cstdio>

#include "exporter/commands/command.h"
#include "exporter/configuration/configuration.h"

// check-config FILE...: everything that is wrong with configuration files, and nothing else.

namespace orchestrator_exporter::commands {

namespace {

class CheckConfig final : public Command {
 public:
  void declare(CommandLine&) override {}

  int run(const std::vector<std::string>& arguments) override {
    const std::vector<configuration::Key> blocks = configuration::declaredBlocks();
    int status = kDone;
    for (const std::string& file : arguments) {
      try {
        configuration::Configuration::ofFile(file, blocks);
        std::printf("%s: valid\n", file.c_str());
      } catch (const configuration::ConfigurationError& error) {
        for (const std::string& line : error.lines()) std::fprintf(stderr, "%s\n", line.c_str());
        status = kCouldNot;
      }
    }
    return status;
  }
};

const RegisterCommand checkConfig{{
    .name = "check-config",
    .arguments = "FILE...",
    .least = 1,
    .most = 1000,
    .help = "Reads configuration files as --config.file does and tells everything that is wrong "
            "with them, as file:line:column: text, on standard error. Exit status 0 if nothing is.",
    .make = [] { return std::make_unique<CheckConfig>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
