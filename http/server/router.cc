#include "http/server/router.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace orchestrator_exporter::http {

Router& Router::add(std::string method, const std::string& path, Endpoint endpoint,
                    const RouteOptions& options) {
  if (!path.starts_with('/')) {
    throw std::invalid_argument("a path starts with a slash, '" + path + "' does not");
  }
  if (path.ends_with("/*") && !paths_.contains(path)) {
    const auto longer = [&](const std::string& other) { return other.size() >= path.size(); };
    prefixes_.insert(std::find_if_not(prefixes_.begin(), prefixes_.end(), longer), path);
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

const std::vector<Router::Route>* Router::routesOf(const std::string& path) const {
  const auto exact = paths_.find(path);
  if (exact != paths_.end()) return &exact->second;
  for (const std::string& prefix : prefixes_) {
    if (path.size() < prefix.size()) continue;  // the star stands for one byte at least
    if (path.compare(0, prefix.size() - 1, prefix, 0, prefix.size() - 1) == 0) {
      return &paths_.at(prefix);
    }
  }
  return nullptr;
}

const Router::Route& Router::route(std::string_view method, const std::string& path) const {
  const std::vector<Route>* const routes = routesOf(path);
  if (routes == nullptr) throw HttpError(404, "nothing is here");
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : *routes) {
    if (route.method == wanted) return route;
  }
  const std::string methods = allowed(path);
  throw HttpError(405, "this path takes " + methods, {{"Allow", methods}});
}

std::string Router::allowed(const std::string& path) const {
  const std::vector<Route>* const routes = routesOf(path);
  std::string methods;
  if (routes == nullptr) return methods;
  for (const Route& route : *routes) {
    if (!methods.empty()) methods += ", ";
    methods += route.method == "GET" ? "GET, HEAD" : route.method;
  }
  return methods;
}

}  // namespace orchestrator_exporter::http
