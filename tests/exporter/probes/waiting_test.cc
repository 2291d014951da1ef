#include "exporter/probes/waiting.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <stop_token>
#include <thread>

#include "exporter/kernel/descriptor.h"
#include "socket_server.h"

namespace orchestrator_exporter::probes::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Two ends of a connection.
struct Pair {
  Pair() {
    std::array<int, 2> both{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, both.data()), 0);
    ours = Descriptor(both[0]);
    theirs = Descriptor(both[1]);
  }
  Descriptor ours{-1};
  Descriptor theirs{-1};
};

TEST(Waiting, EndsWhenTheSocketIsReady) {
  const Pair pair;
  const std::stop_source stop;
  Waiting waiting(steady_clock::now() + hours(1), stop.get_token());
  EXPECT_TRUE(waiting.forWriting(pair.ours.get()));
  sendAll(pair.theirs.get(), "x");
  waiting.forReading(pair.ours.get());
  EXPECT_TRUE(waiting.isReadableBefore(pair.ours.get(), steady_clock::now() + hours(1)));
}

TEST(Waiting, TellsThatTheSocketHasFailed) {
  Pair pair;
  pair.theirs = Descriptor(-1);
  Waiting waiting(steady_clock::now() + hours(1), {});
  EXPECT_FALSE(waiting.forWriting(pair.ours.get()));
}

TEST(Waiting, EndsAtItsDeadline) {
  const Pair pair;
  Waiting waiting(steady_clock::now(), {});
  EXPECT_THROW(waiting.forReading(pair.ours.get()), ProbeFailure);
}

TEST(Waiting, EndsOnceNobodyWantsTheProbe) {
  const Pair pair;
  // From the beginning on, and after so long that an event tells of the stop.
  for (const milliseconds before : {milliseconds(0), milliseconds(150)}) {
    std::stop_source stop;
    Waiting waiting(steady_clock::now() + hours(1), stop.get_token());
    EXPECT_FALSE(waiting.isReadableBefore(pair.ours.get(), steady_clock::now() + before));
    const std::jthread stopping([&] { stop.request_stop(); });
    EXPECT_THROW(waiting.forReading(pair.ours.get()), ProbeFailure);
  }
}

}  // namespace
}  // namespace orchestrator_exporter::probes::test
