#include "http/remote_write/destination.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "http/client/url.h"
#include "metrics/base/number_parse.h"

namespace orchestrator_exporter::remote_write {

namespace {

using std::chrono::steady_clock;

constexpr const char* kShardsFile = "shards";

}  // namespace

Destination::Destination(DestinationSettings settings, DestinationLog log)
    : settings_(std::move(settings)),
      log_(std::move(log)),
      shownUrl_(http::withoutUserInfo(settings_.send.url)),
      encoder_([this] {
        settings_.encoder.shards = shardsOf(settings_.encoder.shards);
        return settings_.encoder;
      }()) {
  reception_.complain = [this](const std::string& what) { complain(what); };
  reception_.fellBack = [this](const std::string& reason) {
    log_(true, settings_.name +
                   ": the receiver knows remote write 1.0 alone, which is used until "
                   "the next start: " +
                   reason);
  };
  for (std::size_t i = 0; i < settings_.encoder.shards; ++i) {
    QueueSettings queue = settings_.queue;
    queue.directory = directoryOf(i);
    queue.maxDiskBytes /= settings_.encoder.shards;
    queue.maxMemoryBytes /= settings_.encoder.shards;
    queue.log = log_;
    try {
      queues_.emplace_back(std::move(queue));
    } catch (const std::runtime_error& error) {
      throw std::runtime_error(directoryOf(i).string() + ": " + error.what());
    }
  }
  for (BlockQueue& queue : queues_) shards_.emplace_back(settings_.send, queue, reception_);
}

Destination::~Destination() { stop(steady_clock::now()); }

std::filesystem::path Destination::directoryOf(std::size_t shard) const {
  const std::filesystem::path& directory = settings_.queue.directory;
  if (directory.empty() || shard == 0) return directory;
  return directory / std::to_string(shard);
}

// A series stays in its queue while that has something of it, or its samples would overtake each
// other: the number of queues changes when all are empty.
std::size_t Destination::shardsOf(std::size_t wanted) {
  const std::filesystem::path& directory = settings_.queue.directory;
  if (directory.empty()) return wanted;
  const std::filesystem::path file = directory / kShardsFile;
  std::string text;
  std::ifstream(file) >> text;
  const std::size_t before = parseUnsigned(text).value_or(wanted);
  std::uint64_t waiting = 0;
  for (std::size_t i = 0; before != wanted && i < before; ++i) {
    if (!std::filesystem::exists(directoryOf(i))) continue;
    waiting += BlockQueue({.directory = directoryOf(i)}).figures().waiting.blocks;
  }
  if (waiting > 0) {
    log_(false, settings_.name + ": " + std::to_string(before) +
                    " shards until the next start, since they have something to send");
    return before;
  }
  std::filesystem::create_directories(directory);
  std::ofstream(file) << wanted << "\n";
  return wanted;
}

Encoder::Take Destination::taker() {
  return [this](std::size_t shard, Block block) { queues_[shard].append(std::move(block)); };
}

Destination::Taken Destination::take(const Snapshot& reading) {
  if (!isDowngraded_ && reception_.takesV1Alone) {
    isDowngraded_ = true;
    encoder_.downgrade();
  }
  encoder_.encode(reading, taker());
  reception_.statistics.countDroppedSeries(encoder_.dropped());
  for (BlockQueue& queue : queues_) queue.sync();
  tellMetadata(reading);
  return {encoder_.histograms(), encoder_.exemplars()};
}

void Destination::tellMetadata(const Snapshot& reading) {
  const bool isV1 = settings_.encoder.protocol == Protocol::kV1 || isDowngraded_;
  if (!settings_.sendsMetadata || !isV1 ||
      reading.time - metadataTold_ < settings_.metadataInterval) {
    return;
  }
  metadataTold_ = reading.time;
  shards_.front().tell(metadataRequests(reading, settings_.metadataPerSend));
}

void Destination::end(std::int64_t time) { encoder_.end(time, taker()); }

void Destination::stop(steady_clock::time_point deadline) {
  for (Shard& shard : shards_) shard.finish();
  for (Shard& shard : shards_) shard.stop(deadline);
}

void Destination::complain(const std::string& what) {
  constexpr std::chrono::minutes kSpacing(1);
  {
    const std::lock_guard lock(complaints_);
    const auto now = steady_clock::now();
    if (hasComplained_ && now - complained_ < kSpacing) return;
    hasComplained_ = true;
    complained_ = now;
  }
  log_(true, settings_.name + ": " + shownUrl_ + ": " + what);
}

void Destination::give(Sink& out) const {
  BlockQueue::Figures all;
  for (const BlockQueue& queue : queues_) {
    const BlockQueue::Figures one = queue.figures();
    all.waiting += one.waiting;
    all.dropped += one.dropped;
    all.corrupt += one.corrupt;
    all.diskFaults += one.diskFaults;
    if (one.oldestTime) {
      all.oldestTime = std::min(all.oldestTime.value_or(*one.oldestTime), *one.oldestTime);
    }
  }
  reception_.statistics.give({.name = settings_.name,
                              .url = shownUrl_,
                              .samplesPerSend = settings_.encoder.samplesPerBlock,
                              .shards = queues_.size(),
                              .shardsMin = settings_.encoder.shards,
                              .shardsMax = settings_.shardsMax,
                              .capacity = settings_.capacity,
                              .waiting = all.waiting,
                              .full = all.dropped},
                             out);
  const std::vector<Label> labels = {{"remote_name", settings_.name}, {"url", shownUrl_}};
  const auto gauge = [&](std::string_view name, std::string_view help, double value) {
    out.gauge(name, help).add(value, labels);
  };
  const auto counter = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    out.counter(name, help).add(static_cast<double>(value), labels);
  };
  gauge("orchestrator_exporter_remote_write_queue_bytes", "Bytes that wait to be sent.",
        static_cast<double>(all.waiting.bytes));
  gauge("orchestrator_exporter_remote_write_queue_blocks", "Requests that wait to be sent.",
        static_cast<double>(all.waiting.blocks));
  if (all.oldestTime) {
    gauge("orchestrator_exporter_remote_write_queue_oldest_timestamp_seconds",
          "The time of the oldest sample that waits to be sent, in seconds since the Unix epoch.",
          static_cast<double>(*all.oldestTime) / 1000);
  }
  counter(
      "orchestrator_exporter_remote_write_queue_corrupt_records_total",
      "Damaged places of the queue on disk, from each of which the rest of its segment was lost.",
      all.corrupt);
  counter("orchestrator_exporter_remote_write_queue_disk_faults_total",
          "Attempts to use the queue on disk that failed.", all.diskFaults);
}

}  // namespace orchestrator_exporter::remote_write
