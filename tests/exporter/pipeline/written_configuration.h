#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "exporter/configuration/configuration.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::pipeline::test {

// A file with this text, read by these keys.
inline configuration::Configuration configurationOf(const std::string& text,
                                                    const std::vector<configuration::Key>& keys) {
  const orchestrator_exporter::test::TemporaryDirectory directory;
  const std::string path = directory.path() / "config.yml";
  std::ofstream(path) << text;
  return configuration::Configuration::ofFile(path, keys);
}

}  // namespace orchestrator_exporter::pipeline::test
