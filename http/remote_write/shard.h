#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "http/client/requester.h"
#include "http/remote_write/answers.h"
#include "http/remote_write/encoding/metadata.h"
#include "http/remote_write/queue/block_queue.h"
#include "http/remote_write/statistics.h"

namespace orchestrator_exporter::remote_write {

struct SendSettings {
  std::string url = {};
  http::ClientSettings client = {};
  std::chrono::milliseconds minBackoff{30};
  std::chrono::milliseconds maxBackoff{5000};
  bool retryOnTooMany = true;                   // 429
  std::chrono::milliseconds sampleAgeLimit{0};  // older samples are not sent; 0: all are
  std::function<std::chrono::system_clock::time_point()> now = [] {
    return std::chrono::system_clock::now();
  };
};

// What the shards of one destination share.
struct Reception {
  Statistics statistics;
  std::atomic<bool> takesV1Alone = false;
  // One line of what goes wrong, at most one a minute.
  std::function<void(const std::string&)> complain = [](const std::string&) {};
  // Told that the destination is sent 1.0 from here on, and why; once.
  std::function<void(const std::string&)> fellBack = [](const std::string&) {};
};

// Sends the blocks of one queue, strictly in their order, on a thread of its own: a block that the
// receiver cannot take is sent again until it can, or until the block is too old.
class Shard {
 public:
  // The queue and what is shared must outlive it. Throws std::runtime_error without libcurl.
  Shard(const SendSettings& settings, BlockQueue& queue, Reception& reception);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  // What is to be told of families, in the place of what waits to be told.
  void tell(std::vector<MetadataRequest> metadata);
  // Ends when the queue is empty, or at the deadline; a block that was not taken stays there.
  void finish();
  void stop(std::chrono::steady_clock::time_point deadline);

 private:
  void run();
  std::chrono::steady_clock::time_point untilWhen();
  void deliver(const std::shared_ptr<const Block>& block);
  bool isTooOld(const Block& block) const;
  Judgement send(std::string_view bytes, Protocol protocol);
  void sendMetadata();
  // False if the thread is to end.
  bool pause(const Judgement& judgement);
  void fallBack(const std::string& reason);

  const SendSettings settings_;
  BlockQueue& queue_;
  Reception& reception_;
  http::Requester client_;
  std::chrono::milliseconds backoff_{0};
  std::minstd_rand random_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::vector<MetadataRequest> metadata_;
  bool finishing_ = false;
  bool stopping_ = false;
  bool ended_ = false;

  std::thread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::remote_write
