#pragma once

#include <filesystem>
#include <string>

namespace orchestrator_exporter::test {

// Where the build and the source tree lie. One file knows them, so that no other is built again in
// another folder.
std::filesystem::path fixturesFolder();  // tests/fixtures
std::filesystem::path toolsFolder();     // promtool, prometheus and their kin
std::filesystem::path sourceRoot();
std::string exporterProgram();
std::string exampleProgram(const std::string& name);

}  // namespace orchestrator_exporter::test
