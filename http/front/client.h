#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "http/front/answer.h"
#include "http/front/engine.h"
#include "http/front/front_statistics.h"
#include "http/front/gate.h"
#include "http/front/parsing/request_head.h"
#include "http/front/transport.h"
#include "http/streams/channel.h"

namespace orchestrator_exporter::http {

class Client;

// Which request of a client's connection: HTTP/1 has one at a time, always 0; in HTTP/2 it is the
// number of the stream.
using StreamId = std::int32_t;

struct RequestId {
  std::uint64_t connection = 0;
  StreamId stream = 0;
};

// What a connection asks of the front that holds it.
class ClientHost {
 public:
  using Time = std::chrono::steady_clock::time_point;

  virtual ~ClientHost() = default;
  virtual Time now() const = 0;
  virtual const ConnectionLimits& limits() const = 0;
  virtual Gate& gate() = 0;
  virtual Gzip& gzip() = 0;
  // True until the server stops.
  virtual bool accepting() const = 0;
  // The client's deadline or state is another one.
  virtual void changed(Client& client, ConnectionState before) = 0;
  // A request that waits for a worker: the host calls carry() when one is free.
  virtual void enqueue(Client& client, StreamId stream) = 0;
  // Calls decided() of the client, if it is still there, on the front's thread.
  virtual std::function<void(Admission)> laterFor(Client& client, StreamId stream) = 0;
  // May these bytes be kept beside those of all connections? Negative to give some back.
  virtual bool keepBody(std::ptrdiff_t bytes) = 0;
  virtual void keepUnsent(std::ptrdiff_t bytes) = 0;
  // The client listens to a channel from now on, until it ends.
  virtual void joined(Client& client, const std::shared_ptr<Channel>& channel) = 0;
  // Told of each request once it is answered, and how long that took.
  virtual void answered(const RequestHead& head, const Peer& peer, int status,
                        std::chrono::nanoseconds duration) = 0;
  // The socket is to be watched for room from now on.
  virtual void wantsRoom(Client& client) = 0;
  // The client begins with the preface of HTTP/2: the host takes release() and lets an object that
  // speaks it go on.
  virtual void speaksHttp2(Client& client) = 0;
  // The last call: the connection is closed and goes.
  virtual void ended(Client& client, CloseReason reason) = 0;
};

// One client's connection on the front's thread, whatever version of HTTP it speaks. Never waits;
// whoever is slow meets a deadline.
class Client {
 public:
  using Time = ClientHost::Time;

  // What a worker gets of a request.
  struct Carried {
    const RequestHead& head;  // the client's
    std::string body;
    Ticket ticket;
  };
  // What is left of a connection that another object takes over.
  struct Released {
    std::unique_ptr<Transport> transport;
    std::string received;  // and not consumed
  };

  Client(std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer, ClientHost& host);
  virtual ~Client() = default;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  std::uint64_t id() const { return id_; }
  const Peer& peer() const { return peer_; }
  ConnectionState state() const { return state_; }
  std::optional<Time> deadline() const { return deadline_; }  // none while a worker has the request
  // Whether it could be given up for another one: it waits for its peer.
  bool waitsForPeer() const { return state_ != ConnectionState::kRequest; }
  // Since when its state lasts.
  Time since() const { return since_; }

  // Whether the socket is to be watched for room: not until something waits for it, but for TLS,
  // which may have to write in order to read.
  bool watchedForRoom() const { return watchedForRoom_; }
  int socket() const { return transport_->socket(); }

  // The socket has become ready; edges, as epoll gives them.
  void ready(bool readable, bool writable);
  // Nobody waits for the answers of its requests any longer: the peer has ended its side, as Go's
  // servers take it, or the server ends. Endpoints that are at work on them may stop.
  void hungUp();
  virtual void deadlinePassed() = 0;
  // Ends it now.
  void end(CloseReason reason);
  // The server takes no more requests; who listens to a channel is told.
  virtual void drain() {}
  // The channel that it listens to; null if it does not.
  virtual const Channel* channel() const { return nullptr; }
  // What that channel sends.
  virtual void push(const Channel::Message&) {}
  // Lets the connection go on without this object, which is of no use from then on.
  virtual Released release() { return {std::move(transport_), {}}; }

  // Of a request that waits for a worker; once, to nothing if it is gone.
  virtual std::optional<Carried> carry(StreamId stream) = 0;
  // The worker has done with the request.
  virtual void finish(StreamId stream, Outcome outcome) = 0;
  // Nobody may serve the request.
  virtual void refuse(StreamId stream, const Response& response) = 0;
  // What the gate found out later.
  virtual void decided(StreamId stream, Admission admission) = 0;

 protected:
  // Goes on as far as the socket lets it.
  virtual void run() = 0;
  // Before the connection goes.
  virtual void ending() {}

  // How it begins, told by a constructor.
  void start(ConnectionState state, Time deadline) {
    state_ = state;
    deadline_ = deadline;
  }
  // False if nothing more is there now.
  bool receive(std::string& into);
  void enter(ConnectionState state, std::optional<Time> deadline);
  bool isDead() const { return dead_; }
  // Whether the socket takes more bytes, for all that is known; not until it tells so, after
  // waitForRoom().
  bool isWritable() const { return writable_; }
  void waitForRoom();
  // Of the request that a worker gets.
  std::stop_token gone();
  Transport& transport() const { return *transport_; }
  ClientHost& host() const { return host_; }

  bool readable_ = false;
  bool ended_ = false;  // by the peer: no more bytes come

 private:
  const std::uint64_t id_;
  std::unique_ptr<Transport> transport_;
  const Peer peer_;
  ClientHost& host_;
  ConnectionState state_ = ConnectionState::kIdle;
  std::optional<Time> deadline_;
  Time since_;
  bool dead_ = false;
  bool writable_ = true;
  bool watchedForRoom_;
  bool hungUp_ = false;
  std::stop_source gone_{std::nostopstate};  // from the first request on
};

}  // namespace orchestrator_exporter::http
