#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "http/remote_write/encoding/encoder.h"
#include "http/remote_write/queue/block_queue.h"
#include "http/remote_write/shard.h"
#include "metrics/snapshot.h"

namespace orchestrator_exporter::remote_write {

// Told what is worth a line in the log.
using DestinationLog = std::function<void(bool isFault, const std::string& message)>;

// One entry of `remote_write`.
struct DestinationSettings {
  std::string name = {};  // of the queue's directory and in metrics
  SendSettings send = {};
  EncoderSettings encoder = {};
  QueueSettings queue = {};   // the directory is that of the whole destination
  bool sendsMetadata = true;  // of 1.0; 2.0 has it in each series
  std::chrono::milliseconds metadataInterval = std::chrono::minutes(1);
  std::size_t metadataPerSend = 2000;
  std::size_t shardsMax = 50;    // told in metrics alone
  std::size_t capacity = 10000;  // likewise
};

// Everything on its way to one receiver: the requests, the queues on disk, the threads that send.
class Destination {
 public:
  // Opens the queues and begins to send what they have. Throws std::runtime_error, "PATH: reason",
  // if a queue cannot be used, and without libcurl.
  Destination(DestinationSettings settings, DestinationLog log);
  ~Destination();

  const std::string& name() const { return settings_.name; }

  // Queues a reading, and tells what it has beside samples for this receiver; for one thread at a
  // time.
  struct Taken {
    std::size_t histograms = 0;
    std::size_t exemplars = 0;
  };
  Taken take(const Snapshot& reading);
  // Ends all series; not while a reading is queued.
  void end(std::int64_t time);
  // Sends what is queued until the deadline and ends.
  void stop(std::chrono::steady_clock::time_point deadline);

  // Its own metrics; from any thread.
  void give(Sink& out) const;

 private:
  std::size_t shardsOf(std::size_t wanted);
  std::filesystem::path directoryOf(std::size_t shard) const;
  Encoder::Take taker();
  void complain(const std::string& what);
  void tellMetadata(const Snapshot& reading);

  DestinationSettings settings_;
  const DestinationLog log_;
  const std::string shownUrl_;
  Reception reception_;
  std::mutex complaints_;  // guards what follows
  std::chrono::steady_clock::time_point complained_;
  bool hasComplained_ = false;

  // Of the thread that takes.
  Encoder encoder_;
  bool isDowngraded_ = false;
  std::chrono::system_clock::time_point metadataTold_;

  std::deque<BlockQueue> queues_;
  std::deque<Shard> shards_;  // last: uses the others
};

}  // namespace orchestrator_exporter::remote_write
