#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "http/server/message.h"

namespace orchestrator_exporter::http {

// Who may use an endpoint: anybody that the server lets in, or only who may write (access.h).
enum class Access : std::uint8_t { kRead, kWrite };

// What an endpoint takes beyond a plain request.
struct RouteOptions {
  Access access = Access::kRead;
  // Bytes of a body as sent, at most; the server's own limit if not set.
  std::optional<std::size_t> bodyLimit = std::nullopt;
  // The endpoint unpacks bodies of Content-Encoding gzip itself; others never see such a body.
  bool takesGzip = false;
  // The endpoint judges Content-Encoding itself.
  bool takesAnyEncoding = false;
  // Takes calls of gRPC, which come by HTTP/2, and nothing else.
  bool takesCalls = false;
  // Told of a request that does not reach the endpoint: its sender may not write, or it has a form
  // that the endpoint does not take. Called by any thread; must not throw. Null: nobody is told.
  std::function<void(const HttpError&)> refused = nullptr;
};

// Which endpoint answers which request: exact paths, or all that go on behind a prefix, each with
// its methods. Filled before the server starts, read by all of its threads.
class Router {
 public:
  // `endpoint` answers `method` on `path`; that of GET answers HEAD too. A path that ends in "/*"
  // stands for all paths that have something in the place of the star; an exact path goes before
  // it, and a longer one before a shorter one. Throws std::invalid_argument for a path without a
  // leading slash or a second endpoint of one kind. Those that read are for everybody, unless said
  // otherwise.
  Router& add(std::string method, const std::string& path, Endpoint endpoint,
              Access access = Access::kRead) {
    return add(std::move(method), path, std::move(endpoint), RouteOptions{.access = access});
  }
  Router& add(std::string method, const std::string& path, Endpoint endpoint,
              const RouteOptions& options);

  // The endpoint of a request. Throws HttpError: 404 for an unknown path, 405 with Allow for a
  // method that the path does not take.
  const Endpoint& find(std::string_view method, const std::string& path) const {
    return route(method, path).endpoint;
  }
  struct Route {
    std::string method;
    Endpoint endpoint;
    RouteOptions options;
  };
  const Route& route(std::string_view method, const std::string& path) const;

  // The methods that a path takes, as an Allow field has them; empty for an unknown path.
  std::string allowed(const std::string& path) const;

 private:
  const std::vector<Route>* routesOf(const std::string& path) const;

  std::unordered_map<std::string, std::vector<Route>> paths_;
  std::vector<std::string> prefixes_;  // keys of paths_ that end in a star, the longest first
};

}  // namespace orchestrator_exporter::http
