#include "http/server/server.h"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <utility>

#include "http/front/access.h"
#include "http/front/front.h"
#include "http/front/transport.h"
#include "http/grpc/call_connection.h"
#include "http/server/compression.h"
#include "http/server/header_value.h"
#include "http/server/uri.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {
namespace {

// Counts what is going on, for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<unsigned>& count) : count_(count) { count_.fetch_add(1); }
  ~Counted() { count_.fetch_sub(1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<unsigned>& count_;
};

Response refusal(int status, const std::string& reason, Fields headers = {}) {
  return refusalOf(HttpError(status, reason, std::move(headers)));
}

Response redirect(const std::string& path) {
  return refusal(301, "moved to " + path, {{"Location", path}});
}

Response allowing(const std::string& methods) {
  Response response;
  response.status = 204;
  response.headers = {{"Allow", methods}};
  return response;
}

Admission refused(Response response) {
  return {Admission::Verdict::kRefuse, std::move(response), {}};
}

// Throws HttpError for an encoding of a body that the route does not take.
void checkEncoding(std::string_view encoding, const RouteOptions& route) {
  if (route.takesAnyEncoding || equalIgnoringCase(encoding, "identity")) return;
  if (!route.takesGzip) {
    throw HttpError(415, "compressed bodies are not taken", {{"Accept-Encoding", "identity"}});
  }
  if (equalIgnoringCase(encoding, "gzip")) return;
  throw HttpError(415, "of compressed bodies gzip alone is taken",
                  {{"Accept-Encoding", "gzip, identity"}});
}

// The path of a target, decoded.
std::string pathOf(std::string_view target) {
  auto path = decodePath(target.substr(0, target.find('?')));
  if (!path) throw HttpError(400, "the path has an invalid percent-encoding");
  return *std::move(path);
}

std::vector<Listener> listenersFor(const ServerOptions& options) {
  if (options.systemdSockets) return inheritedListeners();
  if (options.listenAddresses.empty()) throw std::runtime_error("no address to listen on");
  std::vector<Listener> listeners;
  for (const std::string& address : options.listenAddresses) {
    listeners.emplace_back(parseListenAddress(address));
  }
  return listeners;
}

}  // namespace

// The gate of every server: what the options' gate lets in is held against the routes and against
// who may write.
class Server::Running final : private Gate {
 public:
  Running(ServerOptions options, Router router)
      : options_(std::move(options)),
        router_(std::move(router)),
        access_(options_.names, options_.isToken),
        front_(frontConfig(), *this) {}
  ~Running() override { stop(); }

  const Front& front() const { return front_; }
  bool stop();

 private:
  Front::Config frontConfig();
  Admission admit(const RequestHead& head, const Peer& peer,
                  std::function<void(Admission)> later) override;
  Admission route(const RequestHead& head, const Peer& peer, bool authenticated) const;
  void check(const RequestHead& head, const RouteOptions& options, const Peer& peer,
             bool authenticated) const;
  std::optional<std::string> movedTo(const std::string& path, std::string_view target) const;
  std::optional<std::string> allowedTo(const RequestHead& head, const std::string& path,
                                       const Peer& peer, bool authenticated) const;
  Response respond(Request& request);
  Response call(Request& request);
  void noteAnswered(const RequestHead& head, const Peer& peer, int status,
                    std::chrono::nanoseconds duration) const;
  void log(std::string_view line) const {
    if (options_.log) options_.log(line);
  }

  const ServerOptions options_;
  const Router router_;
  const WriteAccess access_;
  std::atomic<unsigned> endpoints_ = 0;  // that are running
  std::optional<bool> stopped_;
  Front front_;  // last: its threads use all of the above
};

Front::Config Server::Running::frontConfig() {
  Front::Config config;
  config.listeners = listenersFor(options_);
  config.limits.head = options_.requestTimeout;
  config.limits.idle = options_.keepAliveTimeout;
  config.limits.bodySilence = options_.requestTimeout;
  config.limits.bodyBytes = options_.bodyLimit;
  config.limits.connections = options_.maxConnections;
  config.limits.patience = options_.patience;
  config.workers = options_.workers;
  config.transport = options_.transport;
  if (!config.transport) {
    config.transport = [](int socket) { return std::make_unique<PlainTransport>(socket); };
  }
  config.http2 = [](std::uint64_t id, Client::Released begun, const Peer& peer, ClientHost& host) {
    return std::make_unique<grpc::CallConnection>(id, std::move(begun), peer, host);
  };
  config.respond = [this](Request& request, const Ticket&) { return respond(request); };
  if (options_.answered || options_.traced) {
    config.answered = [this](const RequestHead& head, const Peer& peer, int status,
                             std::chrono::nanoseconds duration) {
      noteAnswered(head, peer, status, duration);
    };
  }
  config.log = [this](std::string_view line) { log(line); };
  config.traced = options_.traced;
  return config;
}

Admission Server::Running::admit(const RequestHead& head, const Peer& peer,
                                 std::function<void(Admission)> later) {
  if (options_.gate == nullptr) return route(head, peer, false);
  const auto goOn = [this, head, peer](Admission first) {
    if (first.verdict != Admission::Verdict::kTake) return first;
    Admission second = route(head, peer, first.authenticated);
    second.more = std::move(first.more);
    return second;
  };
  return goOn(options_.gate->admit(
      head, peer, [goOn, later = std::move(later)](Admission first) { later(goOn(first)); }));
}

// From the head alone, so that nobody sends a body in vain.
Admission Server::Running::route(const RequestHead& head, const Peer& peer,
                                 bool authenticated) const {
  try {
    if (!front_.accepting()) throw HttpError(503, "shutting down", {{"Retry-After", "5"}});
    if (head.target == "*") {
      return refused(allowing("GET, HEAD, POST, PUT, DELETE, OPTIONS"));
    }
    if (!isKnownMethod(head.method)) throw HttpError(501, "the method is not known here");
    const std::string path = pathOf(head.target);
    if (const auto moved = movedTo(path, head.target)) return refused(redirect(*moved));
    if (const auto methods = allowedTo(head, path, peer, authenticated)) {
      return refused(allowing(*methods));
    }
    const Router::Route& route = router_.route(head.method, path);
    try {
      check(head, route.options, peer, authenticated);
    } catch (const HttpError& error) {
      if (route.options.refused != nullptr) route.options.refused(error);
      throw;
    }
    Admission admission;
    admission.bodyBytes = route.options.bodyLimit;
    return admission;
  } catch (const HttpError& error) {
    return refused(refusalOf(error));
  }
}

// Whether the endpoint takes such a request from this peer; throws HttpError if not.
void Server::Running::check(const RequestHead& head, const RouteOptions& options, const Peer& peer,
                            bool authenticated) const {
  if (head.http2 && !options.takesCalls) throw HttpError(404, "no method of this name");
  if (!head.http2 && options.takesCalls) throw HttpError(415, "calls come by HTTP/2");
  if (options.access == Access::kWrite) {
    if (const auto fault = access_.fault(head, peer, authenticated)) throw HttpError(*fault);
  }
  const bool hasBody = head.chunked || head.contentLength.value_or(0) > 0;
  for (const auto& [name, value] : head.fields) {
    if (hasBody && equalIgnoringCase(name, "Content-Encoding")) checkEncoding(value, options);
  }
}

// Where to go from a path with empty, `.` or `..` segments that leads somewhere without them, as
// the servers of other exporters say.
std::optional<std::string> Server::Running::movedTo(const std::string& path,
                                                    std::string_view target) const {
  if (!router_.allowed(path).empty()) return std::nullopt;
  std::string clean = withoutDots(path);
  if (clean == path || router_.allowed(clean).empty()) return std::nullopt;
  const std::size_t query = target.find('?');
  if (query != std::string_view::npos) clean += target.substr(query);
  return clean;
}

// The methods by which this peer may use a path that not everybody may write to, for OPTIONS
// without an endpoint of its own (RFC 9110, 9.3.7): a page asks so before it offers to write.
// nullopt for all other requests.
std::optional<std::string> Server::Running::allowedTo(const RequestHead& head,
                                                      const std::string& path, const Peer& peer,
                                                      bool authenticated) const {
  const std::string all = head.method == "OPTIONS" ? router_.allowed(path) : std::string();
  if (all.empty() || listNames(all, head.method)) return std::nullopt;
  bool isForAll = true;
  std::string methods = head.method;
  for (const WeightedValue& method : parseWeightedList(all)) {
    if (router_.route(method.value, path).options.access == Access::kWrite) {
      isForAll = false;
      if (access_.fault(head, peer, authenticated)) continue;
    }
    methods.append(", ").append(method.value);
  }
  return isForAll ? std::nullopt : std::optional(methods);
}

Response Server::Running::respond(Request& request) {
  try {
    return call(request);
  } catch (const HttpError& error) {
    return refusalOf(error);
  } catch (const ParseError& error) {
    return refusal(400, error.what());
  } catch (const std::exception& error) {
    log(std::string("an endpoint failed: ") + error.what());
  } catch (...) {
    log("an endpoint failed with something that is no exception");
  }
  return refusal(500, "an internal error, see the log");
}

Response Server::Running::call(Request& request) {
  const Endpoint& endpoint = router_.find(request.method, request.path);
  // Counted before the question, so that stop() sees this endpoint or this sees stop().
  const Counted running(endpoints_);
  if (!front_.accepting()) throw HttpError(503, "shutting down", {{"Retry-After", "5"}});
  Response response = endpoint(request);
  if (response.compressible) {
    response.compressible = acceptsGzip(request.headerList("Accept-Encoding"));
  }
  return response;
}

void Server::Running::noteAnswered(const RequestHead& head, const Peer& peer, int status,
                                   std::chrono::nanoseconds duration) const {
  if (options_.answered) {
    std::string route;
    try {
      route = pathOf(head.target);
      router_.route(head.method, route);
    } catch (const HttpError&) {
      route.clear();
    }
    options_.answered({head.method, route, head.target, peer.address, status, duration});
  }
  if (options_.traced) {
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(duration);
    options_.traced(peer.address + " " + head.method + " " + ParseError::printable(head.target) +
                    " " + std::to_string(status) + " in " + std::to_string(microseconds.count()) +
                    " us");
  }
}

bool Server::Running::stop() {
  if (stopped_) return *stopped_;
  front_.drain(options_.drainTime);
  stopped_ = endpoints_.load() == 0;
  if (*stopped_) front_.stop();
  return *stopped_;
}

Server::Server(ServerOptions options, Router router)
    : running_(std::make_unique<Running>(std::move(options), std::move(router))) {}
Server::~Server() = default;

std::vector<std::string> Server::addresses() const {
  std::vector<std::string> texts;
  for (const Listener& listener : running_->front().listeners()) texts.push_back(listener.text());
  return texts;
}

std::vector<int> Server::ports() const {
  std::vector<int> ports;
  for (const Listener& listener : running_->front().listeners()) ports.push_back(listener.port());
  return ports;
}

bool Server::accepting() const { return running_->front().accepting(); }
const FrontStatistics& Server::statistics() const { return running_->front().statistics(); }
bool Server::stop() { return running_->stop(); }

}  // namespace orchestrator_exporter::http
