#include "http/server/router.h"

#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::http {

Router& Router::add(std::string method, const std::string& path, Endpoint endpoint) {
  if (!path.starts_with('/')) {
    throw std::invalid_argument("a path starts with a slash, '" + path + "' does not");
  }
  auto& entries = paths_[path];
  for (const Entry& entry : entries) {
    if (entry.method == method) {
      throw std::invalid_argument(method + " " + path + " has an endpoint already");
    }
  }
  entries.push_back({std::move(method), std::move(endpoint)});
  return *this;
}

const Endpoint& Router::find(std::string_view method, const std::string& path) const {
  const auto found = paths_.find(path);
  if (found == paths_.end()) throw HttpError(404, "nothing is here");
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  std::string allowed;
  for (const Entry& entry : found->second) {
    if (entry.method == wanted) return entry.endpoint;
    if (!allowed.empty()) allowed += ", ";
    allowed += entry.method == "GET" ? "GET, HEAD" : entry.method;
  }
  throw HttpError(405, "this path takes " + allowed, {{"Allow", allowed}});
}

}  // namespace orchestrator_exporter::http
