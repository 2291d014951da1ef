#include "exporter/probes/background/background.h"

#include <algorithm>
#include <functional>

#include "metrics/processors/added_labels.h"

namespace orchestrator_exporter::probes {

namespace {

// Threads that stay though nothing is to be done.
constexpr std::size_t kSpareThreads = 16;
// A host of a thousand targets that all hang has one for each.
constexpr std::size_t kMostThreads = 2048;

bool isSame(const RegularProbe& a, const RegularProbe& b) {
  return a.name == b.name && a.target == b.target && a.moduleName == b.moduleName &&
         a.interval == b.interval;
}

}  // namespace

BackgroundProbes::BackgroundProbes(Surroundings surroundings)
    : surroundings_(std::move(surroundings)) {}

BackgroundProbes::~BackgroundProbes() {
  std::vector<std::jthread> threads;
  {
    const std::lock_guard lock(mutex_);
    isStopping_ = true;
    for (const auto& probe : probes_) probe->stop.request_stop();
    threads.swap(threads_);
  }
  wakes_.notify_all();
  spares_.notify_all();
}

void BackgroundProbes::setProbes(const std::vector<RegularProbe>& probes) {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Regular>> next;
  const Time now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < probes.size(); ++i) {
    const auto known = std::find_if(probes_.begin(), probes_.end(), [&](const auto& probe) {
      return probe != nullptr && isSame(probe->settings, probes[i]);
    });
    auto probe = std::make_shared<Regular>(probes[i]);
    if (known != probes_.end()) {
      const std::lock_guard hold((*known)->mutex);
      probe->found = (*known)->found;
      probe->latencies = (*known)->latencies;
      probe->seconds = (*known)->seconds;
      probe->successes = (*known)->successes;
      probe->failures = (*known)->failures;
      probe->bytes = (*known)->bytes;
    }
    next.push_back(std::move(probe));
  }
  for (const auto& probe : probes_) probe->stop.request_stop();
  probes_ = std::move(next);
  due_ = {};
  for (std::size_t i = 0; i < probes_.size(); ++i) {
    const auto share = static_cast<double>(i) / static_cast<double>(probes_.size());
    const auto offset = std::chrono::duration_cast<Time::duration>(
        share * std::chrono::duration<double>(probes_[i]->settings.interval));
    due_.push({now + offset, probes_[i]});
  }
  ++generation_;
  if (idle_ == 0 && !due_.empty()) startThread();
  wakes_.notify_all();
}

void BackgroundProbes::startThread() {
  for (const std::thread::id id : std::exchange(ended_, {})) {
    std::erase_if(threads_, [&](const std::jthread& thread) { return thread.get_id() == id; });
  }
  if (threads_.size() >= kMostThreads) return;
  ++idle_;
  threads_.emplace_back([this] { run(); });
}

void BackgroundProbes::run() {
  Snapshot scratch;
  std::unique_lock lock(mutex_);
  for (;;) {
    spares_.wait(lock, [&] { return isStopping_ || !isWaiting_; });
    if (isStopping_) return;
    isWaiting_ = true;
    while (!isStopping_) {
      if (due_.empty()) {
        wakes_.wait(lock);
        continue;
      }
      const Time next = due_.top().time;
      if (next <= std::chrono::steady_clock::now()) break;
      wakes_.wait_until(lock, next);
    }
    isWaiting_ = false;
    if (isStopping_) return;
    const Due due = due_.top();
    due_.pop();
    const std::uint64_t generation = generation_;
    --idle_;
    if (idle_ == 0) {
      startThread();
    } else {
      spares_.notify_one();
    }
    lock.unlock();
    look(*due.probe, scratch);
    lock.lock();
    if (isStopping_) return;
    if (generation == generation_) {
      // What was missed is left out.
      const auto interval = due.probe->settings.interval;
      Time next = due.time + interval;
      const Time now = std::chrono::steady_clock::now();
      if (next <= now) next += (now - next) / interval * interval + interval;
      due_.push({next, due.probe});
      wakes_.notify_one();
    }
    if (idle_ >= kSpareThreads) {
      ended_.push_back(std::this_thread::get_id());
      return;
    }
    ++idle_;
  }
}

void BackgroundProbes::look(Regular& regular, Snapshot& scratch) const {
  const RegularProbe& settings = regular.settings;
  std::chrono::milliseconds limit = settings.interval;
  if (settings.module.timeout.count() > 0) limit = std::min(limit, settings.module.timeout);
  const Time begin = std::chrono::steady_clock::now();
  scratch.clear();
  const ProbeResult result = probe(settings.module,
                                   {.target = settings.target,
                                    .hostname = {},
                                    .deadline = begin + limit,
                                    .stop = regular.stop.get_token(),
                                    .trace = {}},
                                   surroundings_, scratch);
  if (regular.stop.stop_requested()) return;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  auto found = std::make_shared<const FoundSamples>(scratch);
  const auto bucket = static_cast<std::size_t>(
      std::lower_bound(kBounds.begin(), kBounds.end(), took.count()) - kBounds.begin());
  const std::lock_guard lock(regular.mutex);
  regular.found = std::move(found);
  ++regular.latencies[bucket];
  regular.seconds += took.count();
  ++(result.isSuccess ? regular.successes : regular.failures);
  regular.bytes += result.bytes;
}

void BackgroundProbes::collect(Sink& out) {
  std::vector<std::shared_ptr<Regular>> probes;
  {
    const std::lock_guard lock(mutex_);
    probes = probes_;
  }
  for (const auto& probe : probes) give(*probe, out);
}

void BackgroundProbes::give(Regular& regular, Sink& out) {
  AddedLabels labelled(out, {{"probe", regular.settings.name}});
  const std::lock_guard lock(regular.mutex);
  if (regular.found == nullptr) return;  // unknown as yet
  regular.found->replay(labelled);
  std::array<Bucket, kBounds.size()> buckets;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    count += regular.latencies[i];
    buckets[i] = {.upperBound = kBounds[i], .cumulativeCount = count};
  }
  count += regular.latencies.back();
  labelled.histogram("probe_latency_seconds", "How long probes took.", "seconds")
      .add({.buckets = buckets, .count = count, .sum = regular.seconds});
  const auto requests = labelled.counter("probe_requests_total", "Probes by their outcome.");
  requests.add(static_cast<double>(regular.successes), {{"outcome", "success"}});
  requests.add(static_cast<double>(regular.failures), {{"outcome", "failure"}});
  labelled.counter("probe_transfer_bytes_total", "Bytes that targets answered with.")
      .add(static_cast<double>(regular.bytes));
}

std::size_t BackgroundProbes::threads() const {
  const std::lock_guard lock(mutex_);
  return threads_.size() - ended_.size();
}

}  // namespace orchestrator_exporter::probes
