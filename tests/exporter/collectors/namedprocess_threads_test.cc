#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "tests/support/process_watch.h"
#include "tests/support/test_process.h"

// The collector namedprocess over the threads of real processes.
namespace orchestrator_exporter {

namespace {

using test::await;
using test::burnCpu;
using test::ProcessWatch;
using test::TestProcess;
using test::uniqueName;
using testing::HasSubstr;

}  // namespace

TEST(NamedprocessThreads, CountsThreadsByTheirNames) {
  const std::string name = uniqueName("threads");
  int step = 0;
  std::atomic<bool> stop = false;
  std::thread worker;
  TestProcess process(name, [&] {
    if (++step == 1) {
      std::atomic<bool> burnt = false;
      worker = std::thread([&] {
        prctl(PR_SET_NAME, "worker");
        burnCpu(0.05);
        burnt = true;
        while (!stop) pause();
      });
      await([&] { return burnt.load(); });
    } else {
      _exit(0);
    }
  });
  ProcessWatch watch(name);
  process.perform();
  watch.scrape();
  process.awaitState('S');
  watch.scrape();
  EXPECT_EQ(watch.of("num_threads", name), 2);
  EXPECT_EQ(watch.of("thread_count", name, "", ",threadname=\"worker\""), 1);
  EXPECT_EQ(watch.of("thread_count", name, "", ",threadname=\"" + name + "\""), 1);
  // The process, and its two threads.
  EXPECT_EQ(watch.of("states", name, "", ",state=\"Sleeping\""), 3);
  process.end();
  watch.scrape();
  EXPECT_EQ(watch.find("thread_count", name, "", ",threadname=\"worker\""), std::nullopt);
}

TEST(NamedprocessThreads, CountsWhatAThreadDoesAfterItWasFirstSeen) {
  const std::string name = uniqueName("busy");
  std::atomic<int> wanted = 0;
  std::atomic<int> done = 0;
  TestProcess process(name, [&] {
    if (wanted == 0) {
      std::thread([&] {
        prctl(PR_SET_NAME, "busy-one");
        for (;; done = wanted.load()) {
          while (done == wanted) usleep(1000);
          burnCpu(0.05);
        }
      }).detach();
    }
    ++wanted;
    await([&] { return done == wanted; });
  });
  process.perform();
  ProcessWatch watch(name);
  process.perform();
  watch.scrape();
  const auto seconds = [&](const std::string& mode) {
    return watch.of("thread_cpu_seconds_total", name, "",
                    ",mode=\"" + mode + "\",threadname=\"busy-one\"");
  };
  EXPECT_GE(seconds("user") + seconds("system"), 0.03);
}

TEST(NamedprocessThreads, LeavesTheThreadFamiliesOutWhereThatIsAskedFor) {
  const std::string name = uniqueName("nothread");
  TestProcess process(name, [] { std::thread([] { pause(); }).detach(); });
  process.perform();
  ProcessWatch watch(
      Flags{{"collector.namedprocess.names", name}, {"collector.namedprocess.threads", "false"}});
  watch.scrape();
  EXPECT_EQ(watch.of("num_threads", name), 2);
  EXPECT_THAT(watch.body(), testing::Not(HasSubstr("namedprocess_namegroup_thread_")));
}

}  // namespace orchestrator_exporter
