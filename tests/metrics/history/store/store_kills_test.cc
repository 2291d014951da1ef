// What was told as kept is there after a kill at any moment. A kill costs some milliseconds: the
// environment's ORCHESTRATOR_EXPORTER_KILLS says how many there are, instead of some dozens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <random>

#include "metrics/base/number_parse.h"
#include "metrics/history/offline/check.h"
#include "metrics/history/store/store.h"
#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::history {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using test::Stored;
using test::TemporaryDirectory;
using testing::IsEmpty;

int killsOf(int usual) {
  const char* const wanted = std::getenv("ORCHESTRATOR_EXPORTER_KILLS");
  return wanted == nullptr ? usual : static_cast<int>(parseUnsigned(wanted).value_or(0));
}

// Old readings go soon, so that there is something to remove.
Retention shortRetention() {
  return {.readings = hours(26), .fiveMinutes = hours(24 * 12), .hour = hours(24 * 30)};
}

// Runs until it is killed; tells by a byte in the pipe of each step that is kept.
using Work = std::function<void(Stored& host, int step)>;
[[noreturn]] void workOn(const std::filesystem::path& directory, int pipe, int already,
                         const Work& work) {
  Stored host(directory, shortRetention());
  for (int step = already;; ++step) {
    work(host, step);
    if (host.store().figures().lost > 0 || write(pipe, ".", 1) != 1) _exit(1);
  }
}

// A child that works on a history, and how many steps it told.
class Worker {
 public:
  Worker(
      const std::filesystem::path& directory, int already, const Work& work,
      const std::function<void()>& prepare = [] {}) {
    int pipes[2];
    if (pipe(pipes) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      prepare();
      workOn(directory, pipes[1], already, work);
    }
    close(pipes[1]);
    pipe_ = pipes[0];
  }
  ~Worker() { close(pipe_); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void await(int steps) {
    char byte = 0;
    while (told_ < steps && read(pipe_, &byte, 1) == 1) ++told_;
  }
  void kill() const { ::kill(child_, SIGKILL); }
  // Waits for its end; returns the signal, 0 if it ended by itself.
  int end() {
    int status = 0;
    waitpid(child_, &status, 0);
    char byte = 0;
    while (read(pipe_, &byte, 1) == 1) ++told_;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  int told() const { return told_; }

 private:
  pid_t child_ = -1;
  int pipe_ = -1;
  int told_ = 0;
};

// Each reading is five minutes after the one before, so that every 24th brings a compaction, and
// each day's end coarse tiers and retention.
void keepReading(Stored& host, int step) {
  host.now = test::kBegin + step * milliseconds(minutes(5)).count();
  host.gauge(step);
}

// The newest value of the gauge; -1 without any.
int newestOf(const Stored& host, const char* name) {
  const Selected selected = host.select(name);
  if (selected.series.empty()) return -1;
  const SampleColumns& samples = *selected.series[0].samples;
  return samples.values.empty() ? -1 : static_cast<int>(samples.values.back());
}

// Those that are raw, and so each value of a reading, follow each other.
void expectWithoutGap(const Stored& host, const char* name, std::int64_t apart) {
  const SampleColumns samples = *host.select(name).series.at(0).samples;
  const std::size_t count = samples.times.size();
  for (std::size_t i = 1; i < std::min<std::size_t>(count, 250); ++i) {
    ASSERT_EQ(samples.times[count - i] - samples.times[count - i - 1], apart) << i;
    ASSERT_EQ(samples.values[count - i] - samples.values[count - i - 1], 1) << i;
  }
}

HistogramPointer counted(double count) {
  FloatHistogram histogram;
  histogram.count = count;
  histogram.positive = {{1, count}};
  return std::make_shared<const FloatHistogram>(histogram);
}

// As a sender does that has an answer for each request: 200 samples of a counter a second apart,
// and a histogram. The log is packed after some dozens of them.
constexpr int kOfRequest = 200;
void writeRequest(Stored& host, int step) {
  std::vector<TimedSample> samples;
  for (int i = 0; i < kOfRequest; ++i) {
    const int number = step * kOfRequest + i;
    samples.push_back({test::kBegin + number * 1000, static_cast<double>(number)});
  }
  host.write("written", samples);
  host.write("histogram", std::vector<TimedHistogram>{{test::kBegin + step * 1000, counted(step)}});
}

std::string damageOf(const std::filesystem::path& directory) {
  std::string all;
  checkHistory(directory, [&](const std::string& line) { all += line + "\n"; });
  return all;
}

}  // namespace

TEST(StoreKills, ReadingsOutliveThemAtAnyMoment) {
  const TemporaryDirectory directory;
  std::mt19937 random(1);
  int next = 0;
  const int kills = killsOf(24);
  for (int round = 0; round < kills; ++round) {
    Worker worker(directory.path(), next, keepReading);
    worker.await(1 + static_cast<int>(random() % 60));
    worker.kill();
    ASSERT_EQ(worker.end(), SIGKILL) << "round " << round;
    const Stored host(directory.path(), shortRetention());
    ASSERT_THAT(host.messages, IsEmpty());
    const int newest = newestOf(host, "g");
    ASSERT_GE(newest, next + worker.told() - 1) << "round " << round;
    ASSERT_LE(newest, next + worker.told()) << "round " << round;
    expectWithoutGap(host, "g", milliseconds(minutes(5)).count());
    next = newest + 1;
  }
  EXPECT_EQ(damageOf(directory.path()), "");
}

TEST(StoreKills, SamplesThatWereToldAsTakenOutliveThem) {
  const TemporaryDirectory directory;
  std::mt19937 random(2);
  int next = 0;
  const int kills = killsOf(16);
  for (int round = 0; round < kills; ++round) {
    Worker worker(directory.path(), next, writeRequest);
    worker.await(1 + static_cast<int>(random() % 40));
    worker.kill();
    ASSERT_EQ(worker.end(), SIGKILL) << "round " << round;
    const Stored host(directory.path(), shortRetention());
    ASSERT_THAT(host.messages, IsEmpty());
    const int told = next + worker.told();
    ASSERT_GE(newestOf(host, "written"), told * kOfRequest - 1) << "round " << round;
    expectWithoutGap(host, "written", 1000);
    const SampleColumns histograms = *host.select("histogram").series.at(0).samples;
    ASSERT_GE(histograms.histograms.values.back()->count, told - 1) << "round " << round;
    next = told;
  }
  EXPECT_EQ(damageOf(directory.path()), "");
}

// A process that dies when a file is about to grow beyond so many bytes dies within a write to the
// disk: of the log, in a compaction, of coarse tiers, or of what is removed.
TEST(StoreKills, InsideCompactionAndRetentionLoseNothing) {
  const TemporaryDirectory directory;
  std::mt19937 random(3);
  const int kills = killsOf(20);
  int next = 0;
  for (int round = 0; round < kills; ++round) {
    const rlim_t bytes = 60'000 + random() % 700'000;
    Worker worker(directory.path(), next, keepReading, [bytes] {
      std::signal(SIGXFSZ, SIG_DFL);
      const rlimit none{0, 0};
      setrlimit(RLIMIT_CORE, &none);
      const rlimit small{bytes, bytes};
      setrlimit(RLIMIT_FSIZE, &small);
    });
    // One that has room for all that it keeps is ended all the same.
    worker.await(400);
    worker.kill();
    const int signal = worker.end();
    ASSERT_TRUE(signal == SIGXFSZ || signal == SIGKILL) << signal;
    const Stored host(directory.path(), shortRetention());
    ASSERT_THAT(host.messages, IsEmpty());
    const int newest = newestOf(host, "g");
    ASSERT_GE(newest, next + worker.told() - 1) << "round " << round;
    if (newest < 0) continue;
    expectWithoutGap(host, "g", milliseconds(minutes(5)).count());
    next = newest + 1;
  }
  EXPECT_EQ(damageOf(directory.path()), "");
}

}  // namespace orchestrator_exporter::history
