#include "http/server/router.h"

#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::http {

Router& Router::add(std::string method, const std::string& path, Endpoint endpoint,
                    const RouteOptions& options) {
  if (!path.starts_with('/')) {
    throw std::invalid_argument("a path starts with a slash, '" + path + "' does not");
  }
  auto& entries = paths_[path];
  for (const Route& entry : entries) {
    if (entry.method == method) {
      throw std::invalid_argument(method + " " + path + " has an endpoint already");
    }
  }
  entries.push_back({std::move(method), std::move(endpoint), options});
  return *this;
}

const Router::Route& Router::route(std::string_view method, const std::string& path) const {
  const auto found = paths_.find(path);
  if (found == paths_.end()) throw HttpError(404, "nothing is here");
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : found->second) {
    if (route.method == wanted) return route;
  }
  const std::string methods = allowed(path);
  throw HttpError(405, "this path takes " + methods, {{"Allow", methods}});
}

std::string Router::allowed(const std::string& path) const {
  const auto found = paths_.find(path);
  std::string methods;
  if (found == paths_.end()) return methods;
  for (const Route& route : found->second) {
    if (!methods.empty()) methods += ", ";
    methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return methods;
}

}  // namespace orchestrator_exporter::http
