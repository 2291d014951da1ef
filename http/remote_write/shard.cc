#include "http/remote_write/shard.h"

#include <algorithm>

#include "http/remote_write/encoding/downgrade.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::remote_write {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

http::Fields headersOf(Protocol protocol) {
  const bool isV2 = protocol == Protocol::kV2;
  return {{"Content-Encoding", "snappy"},
          {"Content-Type", isV2 ? "application/x-protobuf;proto=io.prometheus.write.v2.Request"
                                : "application/x-protobuf"},
          {"X-Prometheus-Remote-Write-Version", isV2 ? "2.0.0" : "0.1.0"}};
}

}  // namespace

Shard::Shard(const SendSettings& settings, BlockQueue& queue, Reception& reception)
    : settings_(settings),
      queue_(queue),
      reception_(reception),
      client_(settings.client),
      random_(std::random_device{}()),
      thread_([this] { run(); }) {}

Shard::~Shard() { stop(steady_clock::now()); }

void Shard::tell(std::vector<MetadataRequest> metadata) {
  {
    const std::lock_guard lock(mutex_);
    metadata_ = std::move(metadata);
  }
  queue_.wake();
}

void Shard::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  queue_.wake();
}

void Shard::stop(steady_clock::time_point deadline) {
  if (!thread_.joinable()) return;
  finish();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return ended_; });
    stopping_ = true;
  }
  client_.cancel();
  changed_.notify_all();
  queue_.wake();
  thread_.join();
}

void Shard::run() {
  while (true) {
    const bool hasBlock = queue_.wait(untilWhen());
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || (finishing_ && !hasBlock)) break;
    }
    sendMetadata();
    if (const auto block = queue_.front()) deliver(block);
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

// Until when to wait for a block: not at all if there is something to do without one, of which
// wake() may have told while a block was on its way.
steady_clock::time_point Shard::untilWhen() {
  constexpr std::chrono::hours kLong(1);
  const std::lock_guard lock(mutex_);
  const bool isIdle = !finishing_ && !stopping_ && metadata_.empty();
  return steady_clock::now() + (isIdle ? kLong : std::chrono::hours(0));
}

bool Shard::isTooOld(const Block& block) const {
  if (settings_.sampleAgeLimit.count() == 0) return false;
  return settings_.now() - std::chrono::system_clock::time_point(milliseconds(block.time)) >
         settings_.sampleAgeLimit;
}

void Shard::deliver(const std::shared_ptr<const Block>& block) {
  std::string rewritten;
  Protocol protocol = block->protocol;
  for (bool isFirst = true;; isFirst = false) {
    if (isTooOld(*block)) {
      reception_.statistics.countTooOld(block->amounts);
      return queue_.pop(block);
    }
    if (protocol == Protocol::kV2 && reception_.takesV1Alone) {
      try {
        rewritten = downgraded(block->bytes);
      } catch (const ParseError& error) {
        reception_.complain(std::string("a request of 2.0 cannot be sent as 1.0: ") + error.what());
        reception_.statistics.countRefused(block->amounts);
        return queue_.pop(block);
      }
      protocol = Protocol::kV1;
    }
    if (isFirst) reception_.statistics.countSent(block->amounts);
    const std::string& bytes = rewritten.empty() ? block->bytes : rewritten;
    const Judgement judgement = send(bytes, protocol);
    switch (judgement.verdict) {
      case Verdict::kTaken:
        reception_.statistics.countTaken(block->time, bytes.size());
        backoff_ = milliseconds(0);
        return queue_.pop(block);
      case Verdict::kRefused:
        reception_.statistics.countRefused(block->amounts);
        reception_.complain("refused: " + judgement.reason);
        backoff_ = milliseconds(0);
        return queue_.pop(block);
      case Verdict::kFallBack:
        fallBack(judgement.reason);
        break;
      case Verdict::kRetry:
        if (!pause(judgement)) return;
        // It may have had to make room for newer ones.
        if (queue_.front() != block) return;
        reception_.statistics.countRetried(block->amounts);
    }
  }
}

void Shard::fallBack(const std::string& reason) {
  if (!reception_.takesV1Alone.exchange(true)) reception_.fellBack(reason);
}

Judgement Shard::send(std::string_view bytes, Protocol protocol) {
  const auto began = steady_clock::now();
  try {
    const http::ClientAnswer answer = client_.send(
        {.method = "POST", .url = settings_.url, .headers = headersOf(protocol), .body = bytes});
    reception_.statistics.countAnswer(steady_clock::now() - began);
    return judge(answer, protocol, settings_.retryOnTooMany, settings_.now());
  } catch (const http::ClientError& error) {
    return {Verdict::kRetry, error.what()};
  }
}

bool Shard::pause(const Judgement& judgement) {
  constexpr double kLeast = 0.75;
  constexpr double kMost = 1.25;
  std::unique_lock lock(mutex_);
  if (stopping_) return false;
  lock.unlock();
  reception_.complain("to be sent again: " + judgement.reason);
  lock.lock();
  backoff_ =
      backoff_.count() == 0 ? settings_.minBackoff : std::min(backoff_ * 2, settings_.maxBackoff);
  const double jitter = std::uniform_real_distribution(kLeast, kMost)(random_);
  const auto wait = std::max(std::chrono::round<milliseconds>(backoff_ * jitter),
                             judgement.retryAfter.value_or(milliseconds(0)));
  return !changed_.wait_for(lock, wait, [&] { return stopping_; });
}

// Told again in a while anyway: what the receiver does not take now is not kept for later.
void Shard::sendMetadata() {
  std::vector<MetadataRequest> metadata;
  {
    const std::lock_guard lock(mutex_);
    metadata.swap(metadata_);
  }
  for (const MetadataRequest& request : metadata) {
    reception_.statistics.countMetadata(request.families);
    const Judgement judgement = send(request.bytes, Protocol::kV1);
    if (judgement.verdict == Verdict::kTaken) {
      reception_.statistics.countMetadataTaken(request.bytes.size());
      continue;
    }
    reception_.statistics.countMetadataRefused(request.families);
    // The samples that follow say what is wrong.
    if (judgement.verdict == Verdict::kRetry) return;
  }
}

}  // namespace orchestrator_exporter::remote_write
