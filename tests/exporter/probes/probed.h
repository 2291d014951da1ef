#pragma once

#include <chrono>
#include <map>
#include <sstream>
#include <string>

#include "exporter/probes/probe.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::probes::test {

// What a probe found: values by series, as the text format writes both, and what it told.
struct Probed {
  bool isSuccess = false;
  std::map<std::string, std::string> values = {};
  std::string trace = {};

  // "absent" if there is no such series.
  std::string value(const std::string& series) const {
    const auto found = values.find(series);
    return found == values.end() ? "absent" : found->second;
  }
};

inline Probed probed(const Module& module, const std::string& target,
                     const Surroundings& surroundings = {}, const std::string& hostname = {},
                     std::chrono::milliseconds timeout = std::chrono::seconds(60)) {
  Probed probed;
  const std::string text = exposeText([&](Sink& out) {
    probed.isSuccess =
        probe(module,
              {.target = target,
               .hostname = hostname,
               .deadline = std::chrono::steady_clock::now() + timeout,
               .stop = {},
               .trace = [&](const std::string& line) { probed.trace += line + "\n"; }},
              surroundings, out)
            .isSuccess;
  });
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto space = line.rfind(' ');
    if (!line.starts_with('#')) probed.values[line.substr(0, space)] = line.substr(space + 1);
  }
  return probed;
}

}  // namespace orchestrator_exporter::probes::test
