#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/front/answer.h"
#include "http/front/chunked_body.h"
#include "http/front/engine.h"
#include "http/front/front_statistics.h"
#include "http/front/gate.h"
#include "http/front/listening.h"
#include "http/front/request_head.h"
#include "http/front/transport.h"

namespace orchestrator_exporter::http {

class Connection;

// What a connection asks of the front that holds it.
class ConnectionHost {
 public:
  using Time = std::chrono::steady_clock::time_point;

  virtual ~ConnectionHost() = default;
  virtual Time now() const = 0;
  virtual const ConnectionLimits& limits() const = 0;
  virtual Gate& gate() = 0;
  virtual Gzip& gzip() = 0;
  // True until the server stops.
  virtual bool accepting() const = 0;
  // The connection's deadline or state is another one.
  virtual void changed(Connection& connection, ConnectionState before) = 0;
  // A request that waits for a worker: host takes head() and body() when one is free.
  virtual void enqueue(Connection& connection) = 0;
  // Calls decided() of the connection, if it is still there, on the front's thread.
  virtual std::function<void(Admission)> laterFor(Connection& connection) = 0;
  // May these bytes be kept beside those of all connections? Negative to give some back.
  virtual bool keepBody(std::ptrdiff_t bytes) = 0;
  virtual void keepUnsent(Connection& connection, std::ptrdiff_t bytes) = 0;
  // The connection listens to a channel from now on, until it ends.
  virtual void joined(Connection& connection, const std::shared_ptr<Channel>& channel) = 0;
  // Told of each request once it is answered.
  virtual void answered(const RequestHead& head, const Peer& peer, int status, Time begun) = 0;
  // The last call: the connection is closed and goes.
  virtual void ended(Connection& connection, CloseReason reason) = 0;
};

// One client's connection on the front's thread: reads heads and bodies, sends what is left of
// answers, one request after the other. Never waits; whoever is slow meets a deadline.
class Connection {
 public:
  using Time = ConnectionHost::Time;

  Connection(std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer,
             ConnectionHost& host);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  std::uint64_t id() const { return id_; }
  const Peer& peer() const { return peer_; }
  ConnectionState state() const { return state_; }
  std::optional<Time> deadline() const { return deadline_; }  // none while a worker has the request
  int socket() const { return transport_->socket(); }
  // Whether it could be given up for another one: it waits for its peer.
  bool waitsForPeer() const { return state_ != ConnectionState::kRequest; }
  // Since when its state lasts.
  Time since() const { return since_; }

  // The socket has become ready; edges, as epoll gives them.
  void ready(bool readable, bool writable);
  void deadlinePassed();
  // Ends it now.
  void end(CloseReason reason);

  // Of the request that waits for a worker.
  const RequestHead& head() const { return *head_; }
  std::string takeBody() {
    giveBackBody();
    return std::exchange(body_, {});
  }
  Ticket ticket() const;
  // The worker's answer, and whether the client's socket turned out to be broken.
  void finish(std::unique_ptr<Answer> answer, bool gone);
  // Nobody may serve the request.
  void refuse(const Response& response);
  // What the channel sends.
  void push(const Channel::Message& message) {
    listening_->viewer().push(message, host_.now());
    run();
  }
  // The channel that it listens to; null if it does not.
  const Channel* channel() const {
    return listening_ == nullptr ? nullptr : listening_->viewer().channel();
  }
  // The server goes.
  void leaveChannel() {
    listening_->viewer().leave();
    run();
  }
  // What the gate found out later.
  void decided(Admission admission);

 private:
  enum class Progress : std::uint8_t { kOn, kStop };

  void run();
  Progress handshake();
  Progress readHead();
  Progress admit(const Admission& admission);
  Progress readBody();
  Progress enqueue();
  Progress drain();
  Progress throwAway();
  Progress stream();
  void join(const std::shared_ptr<Channel>& channel);
  bool receive(std::string& into);
  void begin(std::unique_ptr<Answer> answer);
  void begin(const Response& response, bool keepAlive);
  void refuseWith(int status, const std::string& reason, Fields headers = {});
  void refuseMalformed(const HttpError& error);
  void answerSent();
  void enter(ConnectionState state, std::optional<Time> deadline);
  void giveBackBody() { host_.keepBody(-static_cast<std::ptrdiff_t>(body_.size())); }

  const std::uint64_t id_;
  const std::unique_ptr<Transport> transport_;
  const Peer peer_;
  ConnectionHost& host_;
  ConnectionState state_ = ConnectionState::kIdle;
  std::optional<Time> deadline_;
  Time since_;
  bool readable_ = false;
  bool writable_ = false;
  bool counted_ = false;    // the answer, among the unsent ones
  bool ended_ = false;      // by the peer: no more bytes come
  bool consumed_ = false;   // the whole request was read
  bool lingering_ = false;  // the answer is out, what still comes is thrown away
  bool running_ = false;    // run() is at work
  bool dead_ = false;
  std::string received_;  // and not consumed yet
  std::uint64_t requests_ = 0;
  std::optional<RequestHead> head_;
  Time begun_;  // of the request
  std::optional<ChunkedBody> chunks_;
  std::string body_;
  Time bodyBegun_;
  Fields more_;  // fields that the gate adds to the answer
  std::unique_ptr<Answer> answer_;
  std::unique_ptr<Listening> listening_;
  std::size_t thrownAway_ = 0;
  CloseReason reason_ = CloseReason::kNone;
};

}  // namespace orchestrator_exporter::http
