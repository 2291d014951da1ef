#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/front/answer.h"
#include "http/front/request_head.h"
#include "http/server/compression.h"
#include "http/server/message.h"

struct mg_connection;
struct mg_context;

namespace orchestrator_exporter::http {

// What the front knows of a request and civetweb does not.
struct Ticket {
  std::string remoteAddress;
  int socket = -1;         // where the answer is sent at once if it can be; -1: by the front
  bool keepAlive = false;  // whether the client's connection stays open
  Fields more = {};        // fields of the answer
  std::chrono::steady_clock::time_point begun = {};
};

// civetweb behind the front: parses requests and runs endpoints on its worker threads. It listens
// on a private unix socket that has no name in the file system, so nobody but this process reaches
// it. Whole requests, already checked and written in one plain form, come over links, which are
// connections to that socket; each holds one worker. Answers do not go back over the link but to
// the client's socket, and to `deliver` for what that does not take.
class Engine {
 public:
  using Clock = std::chrono::steady_clock;
  // Runs an endpoint; called by several workers at once, must not throw.
  using Respond = std::function<Response(Request&, const Ticket&)>;
  // Takes the answer of the request that the link carried; called by its worker. `gone`: the
  // client's socket is broken.
  using Deliver = std::function<void(std::size_t link, std::unique_ptr<Answer>, bool gone)>;

  // As many workers as are wanted, or fewer if threads or descriptors are short. Throws
  // std::runtime_error, one line, if not even one can be had.
  Engine(unsigned wantedWorkers, Respond respond, Deliver deliver,
         std::function<void(std::string_view)> log);
  // Stops; waits for endpoints that are running.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Ends the workers; waits for endpoints that are running. A second call does nothing.
  void stop() { context_.reset(); }

  // Links from 0 to workers() - 1 can be opened.
  std::size_t workers() const { return tickets_.size(); }
  // Opens a link: a blocking socket, owned by the caller. Throws std::system_error.
  int connect() const;

  // What goes over a link for this request: its head in one plain form, and the body. The ticket is
  // kept for the worker.
  std::string request(std::size_t link, const RequestHead& head, std::string_view body,
                      Ticket ticket);

  Gzip& gzip() { return gzip_; }

 private:
  struct StopContext {
    void operator()(mg_context* context) const;
  };

  void start(const std::string& path);
  void serve(mg_connection* connection) noexcept;
  void complain(const char* message);

  const Respond respond_;
  const Deliver deliver_;
  const std::function<void(std::string_view)> log_;
  Gzip gzip_;
  std::mutex mutex_;  // guards the tickets and the first complaint
  std::vector<Ticket> tickets_;
  std::string firstComplaint_;
  int socketPath_ = -1;  // O_PATH of the private socket, which has no name any more
  std::unique_ptr<mg_context, StopContext> context_;  // last: its threads use all of the above
};

}  // namespace orchestrator_exporter::http
