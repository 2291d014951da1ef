#include "exporter/own_labels.h"

#include <string>

#include "metrics/base/process/host_name.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

const bool declared = [] {
  declareFlags({textFlag("job", "orchestrator_exporter",
                         "The label job of samples that are kept or sent by this program."),
                textFlag("instance", "",
                         "The label instance of such samples. Default: host name and port.")});
  return true;
}();

std::string hostAndPort(std::string_view listener) {
  const std::string host = hostName();
  if (host.empty()) return std::string(listener);
  const std::size_t colon = listener.rfind(':');
  return host + std::string(colon == std::string_view::npos ? "" : listener.substr(colon));
}

}  // namespace

LabelSet ownLabels(const Flags& flags, std::string_view firstListener) {
  const std::string& instance = flags.text("instance");
  return {{"job", toUtf8(flags.text("job"))},
          {"instance", toUtf8(instance.empty() ? hostAndPort(firstListener) : instance)}};
}

}  // namespace orchestrator_exporter
