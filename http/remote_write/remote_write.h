#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "http/remote_write/destination.h"
#include "metrics/source.h"

namespace orchestrator_exporter::remote_write {

// Sends each reading to all destinations. A thread of its own makes and queues the requests, so
// that neither a scrape nor the beat of the readings waits for it.
class RemoteWrite final : public Source {
 public:
  // `flushDeadline`: how long the end may take to send what is queued. Throws std::runtime_error if
  // a destination cannot be set up.
  RemoteWrite(const std::vector<DestinationSettings>& destinations,
              std::chrono::milliseconds flushDeadline, const DestinationLog& log);
  ~RemoteWrite() override;

  // Takes no more readings, and sends what it can until the deadline. At the end of the program all
  // series end; if another sender is to go on with them they do not. A second call does nothing.
  enum class Series : std::uint8_t { kEnd, kLeave };
  void stop(Series series);

  // Takes a reading and returns at once.
  void take(std::shared_ptr<const Snapshot> reading);
  // Waits until all that was taken is in the queues.
  void drain();

  // What there was to send, and what became of it.
  void collect(Sink& out) override;

 private:
  void run();

  const std::chrono::milliseconds flushDeadline_;
  const std::function<std::chrono::system_clock::time_point()> now_;
  std::deque<Destination> destinations_;

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::shared_ptr<const Snapshot>> readings_;
  bool isBusy_ = false;
  bool stopping_ = false;
  std::uint64_t samplesIn_ = 0;
  std::uint64_t histogramsIn_ = 0;
  std::uint64_t exemplarsIn_ = 0;
  std::uint64_t readingsLost_ = 0;
  double highestTime_ = 0;  // Unix seconds

  std::thread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::remote_write
