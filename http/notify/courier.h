#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>

#include "http/notify/channel.h"
#include "http/notify/pacing.h"

namespace orchestrator_exporter::http::notify {

// What a courier asks and tells of its errands; called by its thread.
class CourierEvents {
 public:
  virtual ~CourierEvents() = default;

  // A try begins. False if the notification is not to be sent any more.
  virtual bool begin(const notifications::Notification& notification) = 0;
  // What became of a try that may be made again. False if it is not to be.
  virtual bool comesBack(const notifications::Notification& notification,
                         const Outcome& outcome) = 0;
  // It was sent, or there is no further try.
  struct Report {
    Outcome outcome = {};
    std::size_t tries = 0;
    std::chrono::duration<double> took{0};  // since the decision to send it
  };
  virtual void done(const notifications::Notification& notification, const Report& report) = 0;
};

// Sends notifications over one channel, on a thread of its own that begins with the first of them:
// in order, not faster than the receiver takes them, and again until they arrive or are too old.
// Any thread may call anything.
class Courier {
 public:
  // Milliseconds since 1970.
  using WallClock = std::function<notifications::Time()>;

  Courier(std::shared_ptr<Channel> channel, CourierEvents& events, WallClock clock);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void send(notifications::Notification notification);
  // Ends the thread, and the try that is under way.
  void stop();

 private:
  using Steady = std::chrono::steady_clock;
  struct Errand {
    notifications::Notification notification;
    Steady::time_point next;
    std::size_t tries = 0;
  };

  void run(const std::stop_token& stop);
  std::optional<Errand> takeNext(const std::stop_token& stop);
  void attempt(Errand errand);

  const std::shared_ptr<Channel> channel_;
  CourierEvents& events_;
  const WallClock clock_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any wakes_;
  std::map<std::uint64_t, Errand> errands_;  // in the order in which they came
  std::uint64_t count_ = 0;
  bool isStopped_ = false;
  // Of the thread.
  Pacing pacing_;
  std::minstd_rand random_{std::random_device{}()};
  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::http::notify
