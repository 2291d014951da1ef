#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

struct mg_connection;
struct mg_context;

namespace orchestrator_exporter::http {

// Threads of one civetweb that serve connections to a private unix socket, which has no name in the
// file system: nobody but this process reaches it. All calls but serving come from one thread.
class Workers {
 public:
  // Answers one request of the connection; called by several workers at once.
  using Serve = std::function<void(mg_connection*)>;
  using Log = std::function<void(std::string_view)>;

  // Throws std::runtime_error, one line, or std::system_error if they cannot be started.
  Workers(unsigned count, Serve serve, Log log);
  // Ends them; waits for requests that are being served.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // A connection, which holds one worker until it ends: a blocking socket, owned by the caller.
  // Throws std::system_error.
  int connect() const;

 private:
  struct StopContext {
    void operator()(mg_context* context) const;
  };

  void start(unsigned count, const std::string& path);
  void complain(const char* message);

  const Serve serve_;
  const Log log_;
  std::mutex mutex_;  // guards the first complaint
  std::string firstComplaint_;
  int socketPath_ = -1;  // O_PATH of the private socket, which has no name any more
  std::unique_ptr<mg_context, StopContext> context_;  // last: its threads use all of the above
};

}  // namespace orchestrator_exporter::http
