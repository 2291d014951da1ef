#include <cstdio>

#include "exporter/commands/command.h"
#include "exporter/configuration/configuration.h"
#include "exporter/notifications/threshold_rules.h"
#include "exporter/pipeline/pipeline_block.h"

// check-config FILE...: everything that is wrong with configuration files, and nothing else.

namespace orchestrator_exporter::commands {

namespace {

class CheckConfig final : public Command {
 public:
  void declare(CommandLine& line) override {
    line.addSwitch(
        "print-rules",
        "Print the rules that thresholds, threshold_rules and aggregators stand for, as a "
        "rule file of Prometheus.",
        [this](bool given) { printsRules_ = given; });
  }

  int run(const std::vector<std::string>& arguments) override {
    const std::vector<configuration::Key> blocks = configuration::declaredBlocks();
    int status = kDone;
    for (const std::string& file : arguments) {
      try {
        const auto configuration = configuration::Configuration::ofFile(file, blocks);
        if (printsRules_) {
          const std::string thresholds = alertmanager::thresholdRuleFile(configuration);
          const std::string pipeline = pipeline::pipelineRuleFile(configuration);
          // One file: its first line is there once.
          const std::size_t from = thresholds.empty() ? 0 : pipeline.find('\n') + 1;
          std::printf("%s%s", thresholds.c_str(), pipeline.c_str() + from);
        } else {
          std::printf("%s: valid\n", file.c_str());
        }
      } catch (const configuration::ConfigurationError& error) {
        for (const std::string& line : error.lines()) std::fprintf(stderr, "%s\n", line.c_str());
        status = kCouldNot;
      }
    }
    return status;
  }

 private:
  bool printsRules_ = false;
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
