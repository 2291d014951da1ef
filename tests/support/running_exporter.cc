#include "tests/support/running_exporter.h"

#include <charconv>
#include <utility>

#include "tests/support/paths.h"

namespace orchestrator_exporter::test {

namespace {

std::vector<std::string> command(const std::vector<std::string>& flags,
                                 std::vector<std::string> before) {
  before.push_back(exporterProgram());
  before.emplace_back("--web.listen-address=127.0.0.1:0");
  before.insert(before.end(), flags.begin(), flags.end());
  return before;
}

int portIn(const std::string& line) {
  const std::size_t digits = line.find(':', line.find("listening on")) + 1;
  int port = 0;
  std::from_chars(line.data() + digits, line.data() + line.size(), port);
  return port;
}

}  // namespace

RunningExporter::RunningExporter(const std::vector<std::string>& flags,
                                 std::vector<std::string> before)
    : process_(command(flags, std::move(before)), ChildProcess::Stream::kError) {
  const auto line = process_.readLineWith("listening on");
  if (line) port_ = portIn(*line);
}

}  // namespace orchestrator_exporter::test
