#pragma once

#include <poll.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>

namespace orchestrator_exporter::probes {

// Why a probe is no success: one line.
class ProbeFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Waits for the sockets of one probe, until its deadline or until nobody wants it any more. For one
// thread.
class Waiting {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Waiting(Time deadline, std::stop_token stop);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  // Return once the socket can be read or written, or has failed. Throw ProbeFailure; within a
  // tenth of a second if nobody wants the probe any more.
  void forReading(int socket) { wait(socket, POLLIN, deadline_); }
  // False if it has failed.
  bool forWriting(int socket) {
    return (wait(socket, POLLOUT, deadline_) & (POLLERR | POLLHUP)) == 0;
  }
  // False if it cannot be read at an earlier time than the deadline.
  bool isReadableBefore(int socket, Time time);

  Time deadline() const { return deadline_; }
  const std::stop_token& stop() const { return stop_; }

 private:
  struct Wake;
  // What poll(2) tells of the socket; 0 if `until` is over.
  int wait(int socket, short event, Time until);

  const Time begin_ = std::chrono::steady_clock::now();
  const Time deadline_;
  const std::stop_token stop_;
  std::unique_ptr<Wake> wake_;
};

}  // namespace orchestrator_exporter::probes
