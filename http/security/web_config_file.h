#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/security/web_config.h"
#include "http/server/watched_file.h"

namespace orchestrator_exporter::http {

// The configuration file of a server that runs: read at the start, and again whenever it has
// changed. Not thread-safe.
class WebConfigFile {
 public:
  using Log = std::function<void(std::string_view)>;

  // Throws as readWebConfig() does. `log` is told of a fault that comes later, once, and of its
  // end.
  WebConfigFile(std::string path, Log log);

  // What the file says now; null while it cannot be read or makes no sense, when every request is
  // to be answered with 500. Costs one stat(2) if nothing has changed.
  std::shared_ptr<const WebConfig> current();

 private:
  void read();

  const std::string path_;
  const Log log_;
  std::optional<FileStamp> stamp_;
  std::shared_ptr<const WebConfig> config_;
};

}  // namespace orchestrator_exporter::http
