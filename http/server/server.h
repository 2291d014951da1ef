#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/front/front_statistics.h"
#include "http/server/router.h"

namespace orchestrator_exporter::http {

class Gate;
class Transport;

// A request that was answered, refused or not.
struct AnsweredRequest {
  std::string_view method;
  std::string_view route;   // the path of the endpoint; empty if none took the request
  std::string_view target;  // as sent
  std::string_view peer;    // its numeric address
  int status;
  std::chrono::nanoseconds duration;  // from the whole head to the answer
};

struct ServerOptions {
  // As parseListenAddress() reads them; port 0 takes a free one.
  std::vector<std::string> listenAddresses = {":10190"};
  // Serve on the sockets that systemd handed in instead.
  bool systemdSockets = false;

  // Requests that are answered at a time, further ones wait for up to ten seconds (503 then). A
  // connection holds a worker only while its request is answered: not while it is idle, sends a
  // head or a body, or takes its answer.
  unsigned workers = 56;
  // How long requests wait while none of the first eight workers comes back, before the others are
  // woken.
  std::chrono::milliseconds patience{50};
  // Connections open at a time, at most; fewer if file descriptors are short. Beyond it the one is
  // closed that has waited longest for its peer, of the peer with most connections.
  std::size_t maxConnections = 8'192;
  // How long an idle connection is kept: longer than the usual scrape intervals.
  std::chrono::milliseconds keepAliveTimeout{75'000};
  // How long the head of a request may take in all, and how long a peer may be silent while a body
  // is read (two minutes in all).
  std::chrono::milliseconds requestTimeout{10'000};
  std::size_t bodyLimit = std::size_t{1} << 20;  // of routes that say nothing else
  // How long stop() waits for the requests in flight.
  std::chrono::milliseconds drainTime{3'000};

  // Host names beside localhost under which this server may be written to (access.h).
  std::vector<std::string> names = {};
  // Whether a text is a token with which peers of other hosts may write; none if not set.
  std::function<bool(std::string_view token)> isToken = {};
  // Asked first for every request, if set: authentication, rate limits. Must not block.
  std::shared_ptr<Gate> gate = {};
  // Makes the transport of an accepted socket, for TLS; plain if not set.
  std::function<std::unique_ptr<Transport>(int socket)> transport = {};

  // Told of every request when it is answered, by one thread at a time, which serves no others
  // meanwhile; must not throw or block. See request_metrics.h.
  std::function<void(const AnsweredRequest&)> answered = {};
  // Told in one line what went wrong inside: an endpoint that threw something else than a refusal,
  // a complaint of the socket layer. May be called by several threads at once.
  std::function<void(std::string_view)> log = {};
  // Told in one line of each request and of each connection that the server ended, if set.
  std::function<void(std::string_view)> traced = {};
};

// Serves HTTP/1.1 from construction to destruction. Whatever a client sends, the worst it gets is a
// 4xx and a closed connection; whatever an endpoint throws becomes an answer: HttpError its status,
// ParseError 400, anything else 500 and a line in the log.
//
// glibc gives each thread a malloc arena of its own; a program that serves should call
// mallopt(M_ARENA_MAX, 1 or 2) first in main(), or its memory grows with the requests.
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

  // Connections by state, those that the server ended by reason, refused requests by status. For
  // any thread.
  const FrontStatistics& statistics() const;

  // Ends serving: no more connections are taken, requests are answered with 503, those in flight
  // get options.drainTime to end, then the sockets are closed. False if an endpoint still runs
  // after that time, so that the threads could not be stopped; a program that must end then does so
  // without destroying the server. Callable once from one thread; a second call does nothing and
  // returns what the first did.
  bool stop();

 private:
  class Running;
  std::unique_ptr<Running> running_;
};

}  // namespace orchestrator_exporter::http
