#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/server/router.h"

namespace orchestrator_exporter::http {

// A request that was answered, refused or not.
struct AnsweredRequest {
  std::string_view method;  // as sent; empty where the request made no sense
  std::string_view route;   // the path of the endpoint; empty where none took the request
  int status;
  std::chrono::nanoseconds duration;  // from the request's head to the answer's last byte
};

struct ServerOptions {
  // As parseListenAddress() reads them; port 0 takes a free one.
  std::vector<std::string> listenAddresses = {":10190"};

  // A connection holds one worker thread from its first byte to its end, also while it is idle. So
  // `workers` connections are served at a time, further ones wait in a queue; a worker costs about
  // 16 kB of resident memory.
  unsigned workers = 56;
  // While more connections than these are open, each is closed after its answer instead of being
  // kept for the next request. With the defaults 16 scrapers may stay connected for ever and 40
  // scrapes more are served in parallel.
  unsigned keptAlive = 16;
  // How long an idle connection is kept: longer than the usual scrape intervals.
  std::chrono::milliseconds keepAliveTimeout{75'000};
  // How long the head of a request may take, and how long a peer may be silent while a body is read
  // or an answer written.
  std::chrono::milliseconds requestTimeout{10'000};
  // Bodies are read by a quarter of the workers at most (503 above), so that clients that send
  // theirs slowly cannot keep scrapers out.
  std::size_t bodyLimit = std::size_t{1} << 20;
  // How long stop() waits for the requests in flight.
  std::chrono::milliseconds drainTime{3'000};

  // Told of every request after its answer, on the thread that served it; must not throw. See
  // request_metrics.h.
  std::function<void(const AnsweredRequest&)> answered = {};

  // Told in one line what went wrong inside: an endpoint that threw something else than a refusal,
  // a complaint of the socket layer. May be called by several threads at once.
  std::function<void(std::string_view)> log = {};
};

// Serves HTTP/1.1 over TCP from construction to destruction. Whatever a client sends, the worst it
// gets is a 4xx and a closed connection; whatever an endpoint throws becomes an answer: HttpError
// its status, ParseError 400, anything else 500 and a line in the log.
//
// glibc gives each thread a malloc arena of its own; a program that serves should call
// mallopt(M_ARENA_MAX, 1 or 2) first in main(), or its memory grows with the connections.
class Server {
 public:
  // Listens and serves when this returns. Throws std::runtime_error with one line for people, such
  // as "cannot listen on 127.0.0.1:9100: Address already in use".
  Server(ServerOptions options, Router router);
  // Stops; waits for endpoints that are still running, however long they take.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where it listens, as "[::]:10190", and the ports alone, in the order of the options.
  std::vector<std::string> addresses() const;
  std::vector<int> ports() const;

  // Whether it takes requests: false from the beginning of stop() on.
  bool accepting() const;

  // Ends serving: from now on requests are answered with 503 and connections closed, those in
  // flight get options.drainTime to end, then the sockets are closed. False where an endpoint still
  // runs after that time, so that the threads could not be stopped; a program that must end then
  // does so without destroying the server. At most one second beyond drainTime. Callable once
  // from one thread; a second call does nothing and returns what the first did.
  bool stop();

 private:
  class Civetweb;
  std::unique_ptr<Civetweb> civetweb_;
};

}  // namespace orchestrator_exporter::http
