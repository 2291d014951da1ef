#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/front/gate.h"
#include "http/server/listen_address.h"

namespace orchestrator_exporter::http {

// A socket that listens. Owns it, and takes the file of a unix socket out in the end.
class Listener {
 public:
  // Throws std::runtime_error, one line such as "cannot listen on 127.0.0.1:9100: Address already
  // in use". A unix socket's file that nobody listens on any more is replaced.
  explicit Listener(const ListenAddress& address);
  // One that was handed in, as by systemd. Throws std::runtime_error if it is no stream socket.
  static Listener inherited(int descriptor);
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;
  ~Listener();

  // The next connection, non-blocking, and who is at its other end; -1 with errno if there is none.
  int accept(Peer& peer) const;
  // Takes no more connections.
  void close();

  int socket() const { return socket_; }
  int port() const { return port_; }  // 0 without one
  // "[::]:10190"
  const std::string& text() const { return text_; }

 private:
  Listener() = default;

  int socket_ = -1;
  int port_ = 0;
  std::string text_;
  std::string file_;  // to take out
};

// The sockets that systemd handed to this process (sd_listen_fds(3)), and takes the variables that
// told of them out of the environment. Throws std::runtime_error if there are none.
std::vector<Listener> inheritedListeners();

}  // namespace orchestrator_exporter::http
