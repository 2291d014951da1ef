#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/notify/channel.h"
#include "metrics/notifications/dispatcher.h"

namespace orchestrator_exporter::alertmanager {

struct FileOptions {
  std::string externalUrl = {};    // of the links in messages
  bool ignoreUnsupported = false;  // passes over receivers that are not supported
};

// What an alertmanager.yml says, whole and checked.
struct File {
  std::shared_ptr<const notifications::Plan> plan;
  // Of each receiver, in the order of its integrations. They load and open nothing before they
  // send.
  std::map<std::string, std::vector<std::shared_ptr<http::notify::Channel>>> channels = {};
  std::vector<std::string> warnings = {};
  std::string shown = {};  // the file without its secrets
};

// Reads one. Throws configuration::ConfigurationError with everything that is wrong.
File readFile(const std::string& path, const FileOptions& options);

}  // namespace orchestrator_exporter::alertmanager
