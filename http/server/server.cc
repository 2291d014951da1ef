#include "http/server/server.h"

#include <civetweb.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

#include "http/server/compression.h"
#include "http/server/exchange.h"
#include "http/server/listen_address.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http {
namespace {

// Counts what is going on, for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<unsigned>& count) : count_(count), before_(count.fetch_add(1)) {}
  ~Counted() { count_.fetch_sub(1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  // How many there were before this one.
  unsigned before() const { return before_; }

 private:
  std::atomic<unsigned>& count_;
  unsigned before_;
};

// civetweb's spelling, where + means one socket for both families.
std::string portOption(const std::vector<ListenAddress>& addresses) {
  std::string option;
  for (const ListenAddress& address : addresses) {
    if (!option.empty()) option += ',';
    option += address.family == ListenAddress::Family::kBoth ? "+" + std::to_string(address.port)
                                                             : address.text();
  }
  return option;
}

Response refusal(int status, std::string_view reason, Fields headers = {}) {
  Response response;
  response.status = status;
  response.headers = std::move(headers);
  response.body.append(reason).append("\n");
  return response;
}

class Library {
 public:
  Library() { mg_init_library(MG_FEATURES_DEFAULT); }
  ~Library() { mg_exit_library(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

struct StopContext {
  // Waits for endpoints that are running.
  void operator()(mg_context* context) const { mg_stop(context); }
};

}  // namespace

class Server::Civetweb {
 public:
  Civetweb(ServerOptions options, Router router);
  ~Civetweb() { stop(); }

  std::vector<int> ports() const { return ports_; }
  std::vector<std::string> addresses() const;
  bool accepting() const { return !draining_.load(); }
  bool stop();

 private:
  static Civetweb& of(const mg_connection* connection) {
    return *static_cast<Civetweb*>(mg_get_user_data(mg_get_context(connection)));
  }
  void start();
  void serve(mg_connection* connection) noexcept;
  // These note method and route of the request as soon as they are known.
  Response respond(Exchange& exchange, std::string& method, std::string& route);
  Response respondTo(Exchange& exchange, std::string& method, std::string& route);
  std::string readBody(Exchange& exchange, const Request& request);
  void lingerOn(Exchange& exchange);
  unsigned bodyReaders() const { return std::max(options_.workers / 4, 1U); }
  void complain(const char* message);
  void refuseMalformed(mg_connection* connection, int status, std::string_view reason);
  bool keepsAlive() const { return accepting() && open_.load() <= options_.keptAlive; }
  void log(std::string_view line) const {
    if (options_.log) options_.log(line);
  }

  const ServerOptions options_;
  const Router router_;
  std::vector<ListenAddress> listen_;
  std::vector<int> ports_;
  Gzip gzip_;
  std::atomic<bool> draining_ = false;
  std::atomic<unsigned> open_ = 0;     // connections
  std::atomic<unsigned> bodies_ = 0;   // requests whose body is being read
  std::atomic<unsigned> running_ = 0;  // endpoints
  std::mutex mutex_;                   // for the next three
  std::condition_variable idle_;       // no request is in flight
  unsigned inFlight_ = 0;              // requests, from their head to the last byte of their answer
  std::string firstComplaint_;         // of civetweb's
  std::optional<bool> stopped_;
  Library library_;
  std::unique_ptr<mg_context, StopContext> context_;  // last: its threads use all of the above
};

Server::Civetweb::Civetweb(ServerOptions options, Router router)
    : options_(std::move(options)), router_(std::move(router)) {
  if (options_.listenAddresses.empty()) throw std::runtime_error("no address to listen on");
  for (const std::string& address : options_.listenAddresses) {
    listen_.push_back(parseListenAddress(address));
  }
  // civetweb says only that a port could not be set up. The price of a better word is a moment
  // between this check and its own bind.
  checkListenable(listen_);
  start();
}

void Server::Civetweb::start() {
  const std::string ports = portOption(listen_);
  const std::string workers = std::to_string(options_.workers);
  const std::string keepAlive = std::to_string(options_.keepAliveTimeout.count());
  const std::string request = std::to_string(options_.requestTimeout.count());
  // decode_url no: paths are decoded by us, where NUL and bad encodings show.
  // enable_auth_domain_check no: any Host header is ours.
  std::array<const char*, 23> settings = {"listening_ports",
                                          ports.c_str(),
                                          "num_threads",
                                          workers.c_str(),
                                          "enable_keep_alive",
                                          "yes",
                                          "keep_alive_timeout_ms",
                                          keepAlive.c_str(),
                                          "request_timeout_ms",
                                          request.c_str(),
                                          "tcp_nodelay",
                                          "1",
                                          "decode_url",
                                          "no",
                                          "decode_query_string",
                                          "no",
                                          "max_request_size",
                                          "16384",
                                          "allow_sendfile_call",
                                          "no",
                                          "enable_auth_domain_check",
                                          "no",
                                          nullptr};

  mg_callbacks callbacks{};
  callbacks.begin_request = [](mg_connection* connection) {
    of(connection).serve(connection);
    return 1;  // answered, whatever it was
  };
  callbacks.http_error = [](mg_connection* connection, int status, const char* reason) {
    of(connection).refuseMalformed(connection, status, reason);
    return 0;
  };
  callbacks.log_message = [](const mg_connection* connection, const char* message) {
    of(connection).complain(message);
    return 1;
  };
  callbacks.init_connection = [](const mg_connection* connection, void**) {
    of(connection).open_.fetch_add(1);
    return 0;
  };
  callbacks.connection_closed = [](const mg_connection* connection) {
    of(connection).open_.fetch_sub(1);
  };

  context_.reset(mg_start(&callbacks, this, settings.data()));
  if (!context_) {
    throw std::runtime_error("cannot serve on " + ports + ": " + firstComplaint_);
  }
  std::vector<mg_server_port> bound(listen_.size());
  const int count =
      mg_get_server_ports(context_.get(), static_cast<int>(bound.size()), bound.data());
  for (int i = 0; i < count; ++i) ports_.push_back(bound[static_cast<std::size_t>(i)].port);
}

std::vector<std::string> Server::Civetweb::addresses() const {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    texts.push_back(listen_[i].textWithPort(ports_[i]));
  }
  return texts;
}

bool Server::Civetweb::stop() {
  if (stopped_) return *stopped_;
  draining_ = true;
  {
    std::unique_lock lock(mutex_);
    idle_.wait_for(lock, options_.drainTime, [this] { return inFlight_ == 0; });
  }
  // Reading and writing end by themselves when civetweb stops, an endpoint only when it likes to.
  stopped_ = running_.load() == 0;
  if (*stopped_) context_.reset();
  return *stopped_;
}

void Server::Civetweb::serve(mg_connection* connection) noexcept {
  {
    const std::lock_guard lock(mutex_);
    ++inFlight_;
  }
  const auto begun = std::chrono::steady_clock::now();
  try {
    Exchange exchange(connection);
    std::string method;
    std::string route;
    Response response = respond(exchange, method, route);
    const int status = response.status;
    const bool unread = exchange.hasUnreadBody();
    const bool keepAlive = !unread && keepsAlive() && exchange.clientKeepsAlive();
    exchange.answer(std::move(response), keepAlive, gzip_);
    if (options_.answered) {
      options_.answered({method, route, status, std::chrono::steady_clock::now() - begun});
    }
    if (unread) lingerOn(exchange);
  } catch (const std::exception& error) {
    // Only memory can be short here; the client sees a closed connection.
    mg_disable_connection_keep_alive(connection);
    log(error.what());
  }
  const std::lock_guard lock(mutex_);
  if (--inFlight_ == 0) idle_.notify_all();
}

Response Server::Civetweb::respond(Exchange& exchange, std::string& method, std::string& route) {
  try {
    return respondTo(exchange, method, route);
  } catch (const HttpError& error) {
    return refusal(error.status(), error.what(), error.headers());
  } catch (const ParseError& error) {
    return refusal(400, error.what());
  } catch (const std::exception& error) {
    log(std::string("an endpoint failed: ") + error.what());
  } catch (...) {
    log("an endpoint failed with something that is no exception");
  }
  return refusal(500, "an internal error, see the log");
}

Response Server::Civetweb::respondTo(Exchange& exchange, std::string& method, std::string& route) {
  Request request = exchange.head();
  method = request.method;
  const Endpoint& endpoint = router_.find(request.method, request.path);
  route = request.path;
  if (exchange.hasUnreadBody()) request.body = readBody(exchange, request);
  // Counted before the question, so that stop() sees this endpoint or this sees stop().
  const Counted running(running_);
  if (!accepting()) throw HttpError(503, "shutting down", {{"Retry-After", "5"}});
  Response response = endpoint(request);
  if (response.compressible) {
    response.compressible = acceptsGzip(request.headerList("Accept-Encoding"));
  }
  return response;
}

std::string Server::Civetweb::readBody(Exchange& exchange, const Request& request) {
  const Counted reader(bodies_);
  if (reader.before() >= bodyReaders()) {
    throw HttpError(503, "too many bodies at once", {{"Retry-After", "1"}});
  }
  return exchange.readBody(request, options_.bodyLimit);
}

void Server::Civetweb::lingerOn(Exchange& exchange) {
  const Counted reader(bodies_);
  if (reader.before() < bodyReaders()) exchange.linger();
}

void Server::Civetweb::complain(const char* message) {
  {
    const std::lock_guard lock(mutex_);
    if (firstComplaint_.empty()) firstComplaint_ = message;
  }
  log(message);
}

// A request that civetweb could not make sense of.
void Server::Civetweb::refuseMalformed(mg_connection* connection, int status,
                                       std::string_view reason) {
  Exchange(connection).answer(refusal(status, reason), false, gzip_);
}

Server::Server(ServerOptions options, Router router)
    : civetweb_(std::make_unique<Civetweb>(std::move(options), std::move(router))) {}
Server::~Server() = default;

std::vector<std::string> Server::addresses() const { return civetweb_->addresses(); }
std::vector<int> Server::ports() const { return civetweb_->ports(); }
bool Server::accepting() const { return civetweb_->accepting(); }
bool Server::stop() { return civetweb_->stop(); }

}  // namespace orchestrator_exporter::http
