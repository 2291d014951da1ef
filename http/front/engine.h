#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "http/front/answer.h"
#include "http/front/parsing/request_head.h"
#include "http/front/transport.h"
#include "http/front/workers.h"
#include "http/server/compression.h"
#include "http/server/message.h"

struct mg_connection;

namespace orchestrator_exporter::http {

// What the front knows of a request and civetweb does not.
struct Ticket {
  std::string remoteAddress;
  // Where the answer is sent at once if it can be; null: by the front.
  Transport* transport = nullptr;
  bool keepAlive = false;  // whether the client's connection stays open
  bool isLast = false;     // it does not, and nothing of the client is left unread
  bool isAwaited = false;  // the client has sent more already
  Fields more = {};        // fields of the answer
  std::chrono::steady_clock::time_point begun = {};
  std::stop_token gone = {};  // asks to stop once the client has hung up
};

// What became of a request.
struct Outcome {
  std::unique_ptr<Answer> answer = nullptr;  // null if there is none
  bool gone = false;                         // the client's socket is broken
  bool closed = false;                       // it was closed, once all of the answer was sent
  bool isAwaited = false;                    // the client has sent more already
  std::chrono::steady_clock::time_point at = {};

  // Whether nothing is left to be done for the client.
  bool isSettled() const {
    return answer != nullptr && !gone && answer->done() && answer->channel() == nullptr;
  }
};

// civetweb behind the front: parses requests and runs endpoints on its worker threads. Whole
// requests, already checked and written in one plain form, come over links, which are connections
// to workers; each holds one worker. Most of the workers start when so many requests are under way
// at once that they are needed. Answers do not go back over the link but to the client's socket,
// and to `deliver` for what that does not take.
// A connection that ends with its answer is closed by the worker.
class Engine {
 public:
  // That are there from the start: enough for scrapes and visitors of a usual host.
  static constexpr std::size_t kFirstWorkers = 8;

  using Clock = std::chrono::steady_clock;
  // Runs an endpoint; called by several workers at once, must not throw.
  using Respond = std::function<Response(Request&, const Ticket&)>;
  // Takes what became of the request that the link carried; called by its worker.
  using Deliver = std::function<void(std::size_t link, Outcome)>;

  // As many workers as are wanted, or fewer if threads or descriptors are short. Throws
  // std::runtime_error, one line, if not even one can be had.
  Engine(unsigned wantedWorkers, Respond respond, Deliver deliver,
         std::function<void(std::string_view)> log);
  // Stops; waits for endpoints that are running.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Ends the workers; waits for endpoints that are running. Links are not opened any more then. A
  // second call does nothing.
  void stop();

  // Links from 0 to workers() - 1 can be opened.
  std::size_t workers() const { return tickets_.size(); }
  // Opens a link: a blocking socket, owned by the caller. Throws std::runtime_error, also as
  // std::system_error.
  int connect(std::size_t link);

  // What goes over a link for this request: its head in one plain form, and the body. The ticket is
  // kept for the worker.
  std::string request(std::size_t link, const RequestHead& head, std::string_view body,
                      Ticket ticket);

  Gzip& gzip() { return gzip_; }

 private:
  std::unique_ptr<Workers> startWorkers(std::size_t count);
  void serve(mg_connection* connection) noexcept;

  const Respond respond_;
  const Deliver deliver_;
  const std::function<void(std::string_view)> log_;
  Gzip gzip_;
  std::mutex mutex_;  // guards the tickets
  std::vector<Ticket> tickets_;
  bool stopped_ = false;
  // Last: their threads use all of the above.
  std::unique_ptr<Workers> first_;
  std::unique_ptr<Workers> more_;  // null until a link beyond the first is opened
};

}  // namespace orchestrator_exporter::http
