#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "http/front/connection.h"
#include "http/front/connection_table.h"
#include "http/front/engine.h"
#include "http/front/front_statistics.h"
#include "http/front/gate.h"
#include "http/front/links.h"
#include "http/front/listener.h"

namespace orchestrator_exporter::http {

// One thread before the workers. It holds every connection, and a worker sees a request only when
// all of it is there: idle connections, half heads, slow bodies and slow readers cost a little
// memory and no worker, and each has its deadline.
//
// This is the place for other protocols too: what begins with "PRI * HTTP/2.0" or asks for an
// upgrade is told apart here, by the first bytes of a connection or by a head.
class Front final : private ConnectionHost {
 public:
  struct Config {
    std::vector<Listener> listeners;
    ConnectionLimits limits = {};
    unsigned workers = 56;
    // Makes the transport of an accepted socket.
    std::function<std::unique_ptr<Transport>(int socket)> transport;
    Engine::Respond respond;
    // Told of each request when its answer is on its way; on the front's thread.
    std::function<void(const RequestHead&, const Peer&, int status, std::chrono::nanoseconds)>
        answered;
    std::function<void(std::string_view)> log;     // what went wrong
    std::function<void(std::string_view)> traced;  // refusals and connections that were ended
  };

  // Serves when this returns. The gate must outlive it. Throws std::runtime_error.
  Front(Config config, Gate& gate);
  // Ends; waits for endpoints that are running.
  ~Front() override;
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  const std::vector<Listener>& listeners() const { return config_.listeners; }
  const FrontStatistics& statistics() const { return statistics_; }
  bool accepting() const override { return accepting_.load(); }

  // Takes no more connections; true once no request is in flight, false if that takes longer.
  bool drain(std::chrono::milliseconds time);
  // Closes everything; waits for endpoints that are running. A second call does nothing.
  void stop();

 private:
  struct Done {
    std::size_t link;
    std::unique_ptr<Answer> answer;
    bool gone;
  };
  struct Queued {
    std::uint64_t connection;
    Time since;
  };

  Time now() const override { return now_; }
  const ConnectionLimits& limits() const override { return config_.limits; }
  Gate& gate() override { return gate_; }
  Gzip& gzip() override { return engine_.gzip(); }
  void changed(Connection& connection, ConnectionState before) override;
  void enqueue(Connection& connection) override;
  std::function<void(Admission)> laterFor(Connection& connection) override;
  bool keepBody(std::ptrdiff_t bytes) override;
  void keepUnsent(Connection& connection, std::ptrdiff_t bytes) override;
  void joined(Connection& connection, const std::shared_ptr<Channel>& channel) override;
  void answered(const RequestHead& head, const Peer& peer, int status, Time begun) override;
  void ended(Connection& connection, CloseReason reason) override;

  void run();
  int timeout() const;
  void watch(int descriptor, std::uint64_t key, std::uint32_t events);
  void handle(std::uint64_t key, std::uint32_t events);
  void accept(Listener& listener);
  void take(int socket, Peer peer);
  bool makeRoom();
  void post(std::function<void()> work);
  void wake();
  void runPosted();
  void deliver(Done done);
  void assign();
  void refuse(std::uint64_t connection, int status, std::string_view reason);
  void publish(const Channel* channel, const Channel::Message& message);
  void passDeadlines();
  void noticeDrained();

  Config config_;
  Gate& gate_;
  FrontStatistics statistics_;
  std::atomic<bool> accepting_ = true;
  Time now_ = std::chrono::steady_clock::now();
  int epoll_ = -1;
  int wakeup_ = -1;
  int spare_ = -1;  // a descriptor to accept and close with if there are no more
  std::uint64_t lastId_ = 0;
  std::size_t most_ = 0;  // connections
  std::ptrdiff_t bodies_ = 0;
  std::ptrdiff_t unsent_ = 0;
  ConnectionTable connections_;
  std::vector<std::unique_ptr<Connection>> ended_;  // until the end of this turn
  std::deque<Queued> queue_;
  struct Audience {
    std::shared_ptr<Channel> channel;
    std::set<std::uint64_t> connections;
  };
  std::unordered_map<const Channel*, Audience> audiences_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable drainedChanged_;
  bool draining_ = false;
  bool drained_ = false;
  bool stopping_ = false;
  std::vector<std::function<void()>> posted_;

  Engine engine_;
  Links links_;
  std::thread thread_;
};

}  // namespace orchestrator_exporter::http
