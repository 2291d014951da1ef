#include "tests/support/paths.h"

namespace orchestrator_exporter::test {

std::filesystem::path fixturesFolder() { return TEST_FIXTURES; }
std::filesystem::path toolsFolder() { return TEST_TOOLS; }
std::filesystem::path sourceRoot() { return TEST_SOURCE_ROOT; }
std::string exporterProgram() { return TEST_PROGRAM; }
std::string exampleProgram(const std::string& name) {
  return std::string(TEST_EXAMPLES) + "/" + name;
}

}  // namespace orchestrator_exporter::test
