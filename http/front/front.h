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
#include <vector>

#include "http/front/audiences.h"
#include "http/front/client.h"
#include "http/front/connection_table.h"
#include "http/front/engine.h"
#include "http/front/front_statistics.h"
#include "http/front/gate.h"
#include "http/front/links.h"
#include "http/front/listener.h"
#include "http/front/loop/leadership.h"
#include "http/front/loop/mailbox.h"
#include "http/front/loop/watched.h"

namespace orchestrator_exporter::http {

// One thread before the workers. It holds every connection, and a worker sees a request only when
// all of it is there: idle connections, half heads, slow bodies and slow readers cost a little
// memory and no worker, and each has its deadline. It is always one thread, but not always the
// same (see Leadership): a worker that has answered waits in its place for the next request.
//
// What begins with the preface of HTTP/2 goes on with a client object of its own, whose requests
// are calls: a quarter of the workers serves them, so that calls which wait for each other keep no
// scrape waiting.
class Front final : private ClientHost {
 public:
  struct Config {
    std::vector<Listener> listeners;
    ConnectionLimits limits = {};
    unsigned workers = 56;
    // Makes the transport of an accepted socket.
    std::function<std::unique_ptr<Transport>(int socket)> transport;
    // Goes on with a connection that speaks HTTP/2. Throws std::exception if nothing can.
    std::function<std::unique_ptr<Client>(std::uint64_t id, Client::Released, const Peer&,
                                          ClientHost&)>
        http2;
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
  struct Queued {
    RequestId request;
    Time since;
  };

  Time now() const override { return now_; }
  const ConnectionLimits& limits() const override { return config_.limits; }
  Gate& gate() override { return gate_; }
  Gzip& gzip() override { return engine_.gzip(); }
  void changed(Client& client, ConnectionState before) override;
  void enqueue(Client& client, StreamId stream) override;
  std::function<void(Admission)> laterFor(Client& client, StreamId stream) override;
  bool keepBody(std::ptrdiff_t bytes) override;
  void keepUnsent(std::ptrdiff_t bytes) override;
  void joined(Client& client, const std::shared_ptr<Channel>& channel) override;
  void answered(const RequestHead& head, const Peer& peer, int status,
                std::chrono::nanoseconds duration) override;
  void wantsRoom(Client& client) override;
  void speaksHttp2(Client& client) override;
  void ended(Client& client, CloseReason reason) override;

  void run();
  void turn();
  void look(int milliseconds);
  void goOn();
  int timeout() const;
  void handle(const Watched::Event& event);
  void accept(Listener& listener);
  void take(int socket, Peer peer);
  bool makeRoom();
  void deliver(std::size_t link, Outcome outcome);
  void lead(std::size_t link, Outcome outcome);
  void finish(const RequestId& request, Outcome outcome);
  bool isWaitedFor() const;
  void assign();
  bool hasWorker() const;
  bool serveFirst(std::deque<Queued>& queue);
  void refuse(const RequestId& request, int status, std::string_view reason);
  void publish(const Channel* channel, const Channel::Message& message);
  void passDeadlines();
  void passQueueTime(std::deque<Queued>& queue);
  void noticeDrained();

  Config config_;
  Gate& gate_;
  FrontStatistics statistics_;
  std::atomic<bool> accepting_ = true;
  std::atomic<bool> stopping_ = false;
  Time now_ = std::chrono::steady_clock::now();
  Watched watched_;
  int spare_ = -1;  // a descriptor to accept and close with if there are no more
  std::uint64_t lastId_ = 0;
  std::size_t most_ = 0;  // connections
  std::ptrdiff_t bodies_ = 0;
  std::ptrdiff_t unsent_ = 0;
  ConnectionTable connections_;
  std::vector<std::unique_ptr<Client>> ended_;  // until the end of this turn
  std::deque<Queued> queue_;                    // requests of HTTP/1
  std::deque<Queued> calls_;                    // of HTTP/2
  // Those that have told something while a worker had their request, and go on once it has done.
  std::set<std::uint64_t> impatient_;
  Time progress_ = now_;  // when one of the first workers began or ended
  bool noHttp2_ = false;  // has been logged
  bool closed_ = false;   // the listeners are
  bool handed_ = false;   // a request to a worker, in this turn
  Audiences audiences_;

  Mailbox mailbox_;
  Leadership leadership_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable drainedChanged_;
  bool draining_ = false;
  bool drained_ = false;

  Engine engine_;
  Links links_;
  std::thread thread_;
};

}  // namespace orchestrator_exporter::http
