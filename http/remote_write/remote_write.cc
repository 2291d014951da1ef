#include "http/remote_write/remote_write.h"

#include <algorithm>

namespace orchestrator_exporter::remote_write {

namespace {

std::int64_t millisecondsOf(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

RemoteWrite::RemoteWrite(const std::vector<DestinationSettings>& destinations,
                         std::chrono::milliseconds flushDeadline, const DestinationLog& log)
    : flushDeadline_(flushDeadline), now_(destinations.front().send.now) {
  for (const DestinationSettings& one : destinations) destinations_.emplace_back(one, log);
  thread_ = std::thread([this] { run(); });
}

RemoteWrite::~RemoteWrite() { stop(Series::kLeave); }

void RemoteWrite::stop(Series series) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  const auto deadline = std::chrono::steady_clock::now() + flushDeadline_;
  if (series == Series::kEnd) {
    for (Destination& destination : destinations_) destination.end(millisecondsOf(now_()));
  }
  for (Destination& destination : destinations_) destination.stop(deadline);
}

void RemoteWrite::take(std::shared_ptr<const Snapshot> reading) {
  // Of a disk that hangs: what waits for it is whole readings in memory.
  constexpr std::size_t kMostWaiting = 16;
  {
    const std::lock_guard lock(mutex_);
    if (readings_.size() == kMostWaiting) {
      readings_.pop_front();
      ++readingsLost_;
    }
    readings_.push_back(std::move(reading));
  }
  changed_.notify_all();
}

void RemoteWrite::drain() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return readings_.empty() && !isBusy_; });
}

void RemoteWrite::run() {
  std::vector<double> values;
  while (true) {
    std::shared_ptr<const Snapshot> reading;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !readings_.empty(); });
      if (readings_.empty()) return;
      reading = std::move(readings_.front());
      readings_.pop_front();
      isBusy_ = true;
    }
    values.clear();
    reading->appendValues(values);
    Destination::Taken most;
    for (Destination& destination : destinations_) {
      const Destination::Taken taken = destination.take(*reading);
      most.histograms = std::max(most.histograms, taken.histograms);
      most.exemplars = std::max(most.exemplars, taken.exemplars);
    }
    const std::lock_guard lock(mutex_);
    isBusy_ = false;
    changed_.notify_all();
    samplesIn_ += values.size();
    histogramsIn_ += most.histograms;
    exemplarsIn_ += most.exemplars;
    highestTime_ =
        std::max(highestTime_, static_cast<double>(millisecondsOf(reading->time)) / 1000);
  }
}

void RemoteWrite::collect(Sink& out) {
  {
    const std::lock_guard lock(mutex_);
    out.counter("prometheus_remote_storage_samples_in_total", "Samples of all readings.")
        .add(static_cast<double>(samplesIn_));
    out.counter("prometheus_remote_storage_histograms_in_total",
                "Native histograms of all readings, if a destination is sent any.")
        .add(static_cast<double>(histogramsIn_));
    out.counter("prometheus_remote_storage_exemplars_in_total",
                "New exemplars of all readings, if a destination is sent any.")
        .add(static_cast<double>(exemplarsIn_));
    out.gauge("prometheus_remote_storage_highest_timestamp_in_seconds",
              "The time of the newest reading, in seconds since the Unix epoch.")
        .add(highestTime_);
    out.counter("orchestrator_exporter_remote_write_readings_lost_total",
                "Readings that waited too long for the queues to be written.")
        .add(static_cast<double>(readingsLost_));
  }
  for (const Destination& destination : destinations_) destination.give(out);
}

}  // namespace orchestrator_exporter::remote_write
