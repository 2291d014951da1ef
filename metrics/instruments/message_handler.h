#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "metrics/base/exception_type.h"

namespace orchestrator_exporter {

class ProcessMetrics;

// A port of a process, as a measured handler remembers it. Thread-safe.
class MeasuredPort {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  MeasuredPort(ProcessMetrics& metrics, std::string_view process, std::string_view port)
      : metrics_(metrics), process_(process), port_(port) {}

  TimePoint now() const;
  void changeQueueDepth(int messages) const noexcept;
  void recordHandled(TimePoint arrived, TimePoint begun) const noexcept;
  // Of the exception that is being handled.
  void recordError() const noexcept;

 private:
  ProcessMetrics& metrics_;
  const std::string process_;
  const std::string port_;
};

// A message that has arrived and waits: it counts in the queue's depth until it is handled or this
// is destroyed.
class Arrival {
 public:
  explicit Arrival(std::shared_ptr<const MeasuredPort> port)
      : port_(std::move(port)), time_(port_->now()) {
    port_->changeQueueDepth(1);
  }
  Arrival(Arrival&&) noexcept = default;
  Arrival& operator=(Arrival&& other) noexcept {
    end();
    port_ = std::move(other.port_);
    time_ = other.time_;
    return *this;
  }
  ~Arrival() { end(); }

  // Ends the wait, and tells when it began.
  MeasuredPort::TimePoint end() noexcept {
    if (const auto port = std::exchange(port_, nullptr)) port->changeQueueDepth(-1);
    return time_;
  }

 private:
  std::shared_ptr<const MeasuredPort> port_;
  MeasuredPort::TimePoint time_;
};

// A message handler with recording around it: process_messages_total, the latency, the time of
// processing, and process_errors_total by the type of the exception that the handler throws, which
// goes on to the caller. Called like the handler itself:
//
//   auto handler = metrics.wrap("parser", "in", parse);
//   handler(message);
//
// Where messages wait before they are handled, arrived() keeps the queue's depth, and the latency
// is counted from there:
//
//   queue.push({message, handler.arrived()});
//   ...
//   handler.handle(std::move(entry.arrival), entry.message);
//
// Identifiers that are not right leave the handler working and count each record as rejected. As
// thread-safe as the handler. Made by ProcessMetrics::wrap().
template <typename Handler>
class MeasuredHandler {
 public:
  MeasuredHandler(ProcessMetrics& metrics, std::string_view process, std::string_view port,
                  Handler handler)
      : port_(std::make_shared<MeasuredPort>(metrics, process, port)),
        handler_(std::move(handler)) {}

  Arrival arrived() const { return Arrival(port_); }

  template <typename... Arguments>
  decltype(auto) operator()(Arguments&&... arguments) {
    return run(port_->now(), std::forward<Arguments>(arguments)...);
  }
  template <typename... Arguments>
  decltype(auto) handle(Arrival arrival, Arguments&&... arguments) {
    return run(arrival.end(), std::forward<Arguments>(arguments)...);
  }

 private:
  // Records when it is left, by an exception too: the message was handled then.
  struct Measured {
    const MeasuredPort& port;
    const MeasuredPort::TimePoint arrived;
    const MeasuredPort::TimePoint begun = port.now();
    ~Measured() { port.recordHandled(arrived, begun); }
  };

  template <typename... Arguments>
  decltype(auto) run(MeasuredPort::TimePoint arrived, Arguments&&... arguments) {
    const Measured measured{*port_, arrived};
    try {
      return std::invoke(handler_, std::forward<Arguments>(arguments)...);
    } catch (...) {
      // Only looked at: the type is known nowhere else.
      port_->recordError();
      throw;
    }
  }

  std::shared_ptr<const MeasuredPort> port_;
  Handler handler_;
};

}  // namespace orchestrator_exporter
