#include "metrics/profiling/profiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <stdexcept>
#include <thread>

#include "metrics/profiling/folded.h"
#include "metrics/profiling/profile_text.h"
#include "tests/support/test_process.h"

namespace orchestrator_exporter {
namespace {

using testing::HasSubstr;

// The spans by path: a;b;c.
std::map<std::string, SpanStatistics> byPath(const Profiler& profiler) {
  std::map<std::string, SpanStatistics> spans;
  for (const SpanStatistics& span : profiler.spans()) {
    std::string path;
    for (const std::string& name : span.path) path += (path.empty() ? "" : ";") + name;
    spans[path] = span;
  }
  return spans;
}

void nest(Profiler& profiler, unsigned depth) {
  const ProfileSpan span(profiler, "deeper");
  if (depth > 1) nest(profiler, depth - 1);
}

TEST(Profiler, SpansWithinSpansMakeATreeOfPaths) {
  Profiler profiler;
  for (int i = 0; i < 3; ++i) {
    const ProfileSpan request(profiler, "request");
    { const ProfileSpan parse(profiler, "parse"); }
    { const ProfileSpan parse(profiler, "parse"); }
  }
  { const ProfileSpan parse(profiler, "parse"); }
  const auto spans = byPath(profiler);
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_EQ(spans.at("request").calls, 3U);
  EXPECT_EQ(spans.at("request;parse").calls, 6U);
  EXPECT_EQ(spans.at("parse").calls, 1U);
}

TEST(Profiler, TheTimeOfASpanIsItsOwnAndThatOfTheSpansWithinIt) {
  Profiler profiler;
  {
    const ProfileSpan outer(profiler, "outer");
    const ProfileSpan inner(profiler, "inner");
    test::burnCpu(0.002);
  }
  const auto spans = byPath(profiler);
  const SpanStatistics& outer = spans.at("outer");
  const SpanStatistics& inner = spans.at("outer;inner");
  EXPECT_EQ(outer.self, outer.wall - inner.wall);
  EXPECT_EQ(inner.self, inner.wall);
  EXPECT_GE(inner.wall, std::chrono::milliseconds(2));
  EXPECT_EQ(inner.shortest, inner.wall);
  EXPECT_EQ(inner.longest, inner.wall);
}

TEST(Profiler, CpuTimeTellsAWaitFromWork) {
  Profiler profiler;
  {
    const ProfileSpan span(profiler, "works");
    test::burnCpu(0.02);
  }
  {
    const ProfileSpan span(profiler, "waits");
    usleep(20'000);
  }
  const auto spans = byPath(profiler);
  EXPECT_GE(spans.at("works").cpu.value(), std::chrono::milliseconds(20));
  EXPECT_LT(spans.at("waits").cpu.value(), spans.at("waits").wall / 2);
  const std::string text = profiling::profileText(profiler.snapshot());
  EXPECT_THAT(text, testing::ContainsRegex("waits +waits"));
}

TEST(Profiler, ASpanEndsWithTheExceptionThatLeavesIt) {
  Profiler profiler;
  try {
    const ProfileSpan outer(profiler, "outer");
    const ProfileSpan inner(profiler, "inner");
    throw std::runtime_error("out");
  } catch (const std::runtime_error&) {
    const ProfileSpan after(profiler, "after");
  }
  const auto spans = byPath(profiler);
  EXPECT_EQ(spans.at("outer;inner").calls, 1U);
  EXPECT_EQ(spans.at("after").calls, 1U);
}

TEST(Profiler, NothingIsCountedWhileItIsOff) {
  Profiler profiler({.enabled = false});
  { const ProfileSpan span(profiler, "before"); }
  profiler.enable(true);
  { const ProfileSpan span(profiler, "during"); }
  profiler.enable(false);
  { const ProfileSpan span(profiler, "after"); }
  const auto spans = byPath(profiler);
  ASSERT_EQ(spans.size(), 1U);
  EXPECT_EQ(spans.begin()->first, "during");
}

TEST(Profiler, SpansThatAreDeeperThanTheLimitCountAsOne) {
  Profiler profiler({.deepest = 3});
  nest(profiler, 10);
  const auto spans = byPath(profiler);
  ASSERT_EQ(spans.size(), 4U);
  // The fourth, and the six within it, whose time is in that of the fourth.
  EXPECT_EQ(spans.at("deeper;deeper;deeper;(other)").calls, 7U);
  EXPECT_EQ(spans.at("deeper;deeper;deeper").calls, 1U);
}

TEST(Profiler, PathsBeyondTheLimitCountAsOne) {
  Profiler profiler({.mostNodes = 4});
  for (int i = 0; i < 50; ++i) {
    const ProfileSpan span(profiler, "span " + std::to_string(i));
  }
  const auto spans = byPath(profiler);
  ASSERT_EQ(spans.size(), 5U);
  EXPECT_EQ(spans.at("(other)").calls, 46U);
}

TEST(Profiler, WhatThreadsCountedStaysWhenTheyEnd) {
  Profiler profiler;
  for (int i = 0; i < 20; ++i) {
    std::thread([&] { const ProfileSpan span(profiler, "work"); }).join();
  }
  EXPECT_EQ(byPath(profiler).at("work").calls, 20U);
}

TEST(Profiler, EndedThreadsMakeRoomForPathsOfOthers) {
  Profiler profiler({.mostNodes = 3});
  for (int i = 0; i < 20; ++i) {
    std::thread([&] { const ProfileSpan span(profiler, "work"); }).join();
  }
  EXPECT_EQ(byPath(profiler).count("(other)"), 0U);
}

TEST(Profiler, ASnapshotIsTakenWhileThreadsRecord) {
  Profiler profiler;
  std::atomic<bool> ends{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (unsigned round = 0; !ends; ++round) {
        const ProfileSpan outer(profiler, "outer");
        const ProfileSpan inner(profiler, "inner " + std::to_string(round % 50));
      }
    });
  }
  test::await([&] { return byPath(profiler).count("outer") > 0; });
  std::uint64_t before = 0;
  for (int i = 0; i < 50; ++i) {
    const auto spans = byPath(profiler);
    const auto outer = spans.find("outer");
    const std::uint64_t calls = outer == spans.end() ? 0 : outer->second.calls;
    EXPECT_GE(calls, before);
    before = calls;
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
  std::uint64_t inner = 0;
  for (const auto& [path, span] : byPath(profiler)) inner += path == "outer" ? 0 : span.calls;
  EXPECT_EQ(inner, byPath(profiler).at("outer").calls);
}

TEST(Profiler, ProfilersOfOneThreadCountApart) {
  Profiler one;
  const auto other = std::make_unique<Profiler>();
  const ProfileSpan outer(one, "one");
  { const ProfileSpan inner(*other, "other"); }
  EXPECT_EQ(byPath(*other).count("other"), 1U);
  EXPECT_EQ(byPath(one).count("one;other"), 0U);
}

TEST(Profiler, BytesOfASpanThatAsksAreThoseOfItsSystemCalls) {
  Profiler profiler;
  {
    const ProfileSpan span(profiler, "copies", ProfileSpan::Reads::kInputOutput);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const std::string bytes(1000, 'x');
    ASSERT_EQ(write(ends[1], bytes.data(), bytes.size()), 1000);
    char buffer[1000];
    ASSERT_EQ(read(ends[0], buffer, sizeof buffer), 1000);
    close(ends[0]);
    close(ends[1]);
  }
  { const ProfileSpan span(profiler, "does not ask"); }
  const auto spans = byPath(profiler);
  if (!spans.at("copies").readBytes) GTEST_SKIP() << "this kernel counts no I/O of threads";
  EXPECT_EQ(spans.at("copies").writtenBytes, 1000U);
  // The reading of the file itself is the span's too.
  EXPECT_GE(spans.at("copies").readBytes, 1000U);
  EXPECT_LT(spans.at("copies").readBytes, 2000U);
  EXPECT_FALSE(spans.at("does not ask").readBytes.has_value());
}

TEST(Profiler, WithoutHooksAllocationsAreUnknown) {
  Profiler profiler;
  {
    const ProfileSpan span(profiler, "allocates");
    const auto memory = std::make_unique<int>(1);
  }
  EXPECT_FALSE(byPath(profiler).at("allocates").allocations.has_value());
  const profiling::Profile profile = profiler.snapshot();
  EXPECT_EQ(profile.typeOf("alloc_objects"), profile.types().size());
}

TEST(Profiler, TheChildOfAForkCountsFromNothing) {
  Profiler profiler;
  const ProfileSpan open(profiler, "open");
  { const ProfileSpan span(profiler, "before"); }
  std::thread([&] { const ProfileSpan span(profiler, "in another thread"); }).join();
  const pid_t child = fork();
  if (child == 0) {
    { const ProfileSpan span(profiler, "in the child"); }
    const auto spans = byPath(profiler);
    const bool isRight = spans.at("open;in the child").calls == 1 &&
                         spans.at("open;before").calls == 0 &&
                         spans.count("in another thread") == 0;
    _exit(isRight ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(byPath(profiler).at("open;before").calls, 1U);
  EXPECT_EQ(byPath(profiler).count("open;in the child"), 0U);
}

TEST(Profiler, AForkWhileOtherThreadsRecordDoesNotHang) {
  Profiler profiler;
  std::atomic<bool> ends{false};
  std::thread other([&] {
    while (!ends) std::thread([&] { const ProfileSpan span(profiler, "short"); }).join();
  });
  for (int i = 0; i < 20; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      { const ProfileSpan span(profiler, "in the child"); }
      _exit(byPath(profiler).size() == 1 ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  ends = true;
  other.join();
}

TEST(Profiler, TellsWhatItCost) {
  Profiler profiler;
  { const ProfileSpan span(profiler, "span"); }
  EXPECT_THAT(profiler.snapshot().notes.at(0), HasSubstr("of the program's"));
}

TEST(Profiler, ReadingsGetFewerWhereSpansTakeMoreThanTheirShare) {
  Profiler profiler({.mostOverhead = 0.0001});
  for (int i = 0; i < 20'000; ++i) {
    const ProfileSpan span(profiler, "nothing");
  }
  EXPECT_THAT(profiling::profileText(profiler.snapshot()), HasSubstr("times less often"));
}

}  // namespace
}  // namespace orchestrator_exporter
