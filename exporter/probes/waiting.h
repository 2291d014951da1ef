#pragma once

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

  // Return once the socket can be read or written, or has failed. Throw ProbeFailure.
  void forReading(int socket) { wait(socket, false, deadline_); }
  void forWriting(int socket) { wait(socket, true, deadline_); }
  // False if it cannot be read at an earlier time than the deadline.
  bool isReadableBefore(int socket, Time time);

  Time deadline() const { return deadline_; }
  const std::stop_token& stop() const { return stop_; }

 private:
  struct Wake;
  bool wait(int socket, bool writing, Time until);

  const Time deadline_;
  const std::stop_token stop_;
  std::unique_ptr<Wake> wake_;
};

}  // namespace orchestrator_exporter::probes
