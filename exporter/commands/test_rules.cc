#include <iostream>

#include "exporter/commands/command.h"
#include "metrics/rules/testing/test_suite.h"

// test-rules FILE...: unit tests of rules, as promtool has them.

namespace orchestrator_exporter::commands {

namespace {

class TestRules final : public Command {
 public:
  void declare(CommandLine&) override {}

  int run(const std::vector<std::string>& arguments) override {
    int status = kDone;
    for (const std::string& file : arguments) {
      if (!rules::runRuleTests(file, std::cout, std::cerr)) status = kCouldNot;
    }
    std::cout.flush();
    return status;
  }
};

const RegisterCommand testRules{{
    .name = "test-rules",
    .arguments = "FILE...",
    .least = 1,
    .most = 10000,
    .help =
        "Runs unit tests of rules: files of the format that promtool test rules takes, with the "
        "same verdicts. What fails is told on standard error. Exit status 0 if all holds.",
    .make = [] { return std::make_unique<TestRules>(); },
}};

}  // namespace

}  // namespace orchestrator_exporter::commands
