#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/server/message.h"

namespace orchestrator_exporter::http {

// Which endpoint answers which request: exact paths only, each with its methods. Filled before the
// server starts, read by all of its threads.
class Router {
 public:
  // `endpoint` answers `method` on `path`; that of GET answers HEAD too. Throws
  // std::invalid_argument for a path without a leading slash or a second endpoint of one kind.
  Router& add(std::string method, const std::string& path, Endpoint endpoint);

  // The endpoint of a request. Throws HttpError: 404 for an unknown path, 405 with Allow for a
  // method that the path does not take.
  const Endpoint& find(std::string_view method, const std::string& path) const;

 private:
  struct Entry {
    std::string method;
    Endpoint endpoint;
  };
  std::unordered_map<std::string, std::vector<Entry>> paths_;
};

}  // namespace orchestrator_exporter::http
