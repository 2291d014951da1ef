#include "exporter/host/hanging_calls.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace orchestrator_exporter {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A call that answers with the length of its subject, and hangs on "dead" until it is revived.
class Subjects {
 public:
  HangingCalls<std::size_t>::Call call() {
    return [shared = shared_](const std::string& subject) {
      ++shared->calls;
      if (subject == "dead") shared->revived.wait();
      return subject.size();
    };
  }
  void revive() { shared_->revive.set_value(); }
  int calls() const { return shared_->calls; }

 private:
  struct Shared {
    std::atomic<int> calls = 0;
    std::promise<void> revive;
    std::shared_future<void> revived = revive.get_future().share();
  };
  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

// Long enough for a busy machine; only a failing test waits for it.
Clock::time_point later() { return Clock::now() + 30s; }
Clock::time_point soon() { return Clock::now() + 20ms; }

using Answers = std::vector<std::optional<std::size_t>>;

}  // namespace

TEST(HangingCalls, AnswersStandInTheOrderOfTheSubjects) {
  Subjects subjects;
  HangingCalls<std::size_t> calls(subjects.call());
  EXPECT_EQ(calls.ask({"one", "three", ""}, later()), (Answers{3, 5, 0}));
}

TEST(HangingCalls, NothingAskedReturnsAtOnce) {
  Subjects subjects;
  HangingCalls<std::size_t> calls(subjects.call());
  EXPECT_EQ(calls.ask({}, later()), Answers{});
}

TEST(HangingCalls, OneThatHangsLosesItselfOnly) {
  Subjects subjects;
  HangingCalls<std::size_t> calls(subjects.call());
  // The call that answers may be slow to start on a busy machine, so it is asked until it is heard.
  Answers answers;
  do {
    answers = calls.ask({"dead", "alive"}, soon());
  } while (!answers[1]);
  EXPECT_EQ(answers, (Answers{std::nullopt, 5}));
  subjects.revive();
}

TEST(HangingCalls, OneThatHangsIsNotStartedAgainAndNotWaitedForAgain) {
  Subjects subjects;
  HangingCalls<std::size_t> calls(subjects.call());
  calls.ask({"dead"}, soon());
  const Clock::time_point begin = Clock::now();
  EXPECT_EQ(calls.ask({"dead"}, begin + 30s), Answers{std::nullopt});
  EXPECT_EQ(calls.ask({"alive", "dead"}, begin + 30s), (Answers{5, std::nullopt}));
  EXPECT_LT(Clock::now() - begin, 20s);
  EXPECT_EQ(subjects.calls(), 2);
  subjects.revive();
}

TEST(HangingCalls, OneThatAnswersLateIsAskedAnew) {
  Subjects subjects;
  HangingCalls<std::size_t> calls(subjects.call());
  EXPECT_EQ(calls.ask({"dead"}, soon()), Answers{std::nullopt});
  subjects.revive();
  while (calls.ask({"dead"}, later()) != Answers{4}) std::this_thread::yield();
  EXPECT_EQ(subjects.calls(), 2);
}

TEST(HangingCalls, ASubjectNamedTwiceIsHeldByOneThread) {
  Subjects subjects;
  HangingCalls<std::size_t> calls(subjects.call());
  EXPECT_EQ(calls.ask({"dead", "dead"}, soon()), (Answers{std::nullopt, std::nullopt}));
  EXPECT_LE(subjects.calls(), 1);
  subjects.revive();
}

TEST(HangingCalls, ACallMayOutlastTheObject) {
  Subjects subjects;
  {
    HangingCalls<std::size_t> calls(subjects.call());
    calls.ask({"dead"}, soon());
  }
  subjects.revive();
}

}  // namespace orchestrator_exporter
