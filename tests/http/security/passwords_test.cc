#include "http/security/passwords.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "tests/support/manual_clock.h"
#include "tests/support/test_process.h"

namespace orchestrator_exporter::http {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

// Costs 4 and 6.
constexpr char kHash[] = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
constexpr char kDearerHash[] = "$2b$06$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

const Users kUsers = {{"alice", kHash}};

// A checker that compares with "secret" instead of a hash, and whose verdicts can be waited for.
class Checked {
 public:
  Checked() : Checked([](const std::string& password) { return password == "secret"; }) {}

  explicit Checked(std::function<bool(const std::string&)> matches,
                   std::chrono::milliseconds idle = 10s)
      : checker_({.done =
                      [this](std::uint64_t token, Verdict verdict) {
                        const std::lock_guard lock(mutex_);
                        verdicts_.emplace(token, verdict);
                        told_.notify_all();
                      },
                  .log =
                      [this](std::string_view line) {
                        const std::lock_guard lock(mutex_);
                        log_.emplace_back(line);
                      },
                  .idle = idle,
                  .clock = clock_.steady(),
                  .matches =
                      [this, matches = std::move(matches)](const std::string& password,
                                                           const std::string& hash) {
                        {
                          const std::lock_guard lock(mutex_);
                          compared_.push_back(hash);
                        }
                        return matches(password);
                      }}) {}

  std::optional<Verdict> ask(const std::string& user, const std::string& password,
                             std::uint64_t token = 0, const std::string& address = "10.0.0.1",
                             const Users& users = kUsers) {
    return checker_.check({user, password}, users, address, token);
  }
  // Asks, and waits for the verdict if it does not come at once.
  Verdict answer(const std::string& user, const std::string& password,
                 const std::string& address = "10.0.0.1", const Users& users = kUsers) {
    const std::uint64_t token = ++lastToken_;
    const auto verdict = ask(user, password, token, address, users);
    return verdict ? *verdict : verdictOf(token);
  }
  Verdict verdictOf(std::uint64_t token) {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [&] { return verdicts_.contains(token); });
    return verdicts_.at(token);
  }

  // The hashes that passwords were compared with.
  std::vector<std::string> compared() {
    const std::lock_guard lock(mutex_);
    return compared_;
  }
  std::vector<std::string> log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  ManualClock& clock() { return clock_; }
  PasswordChecker& checker() { return checker_; }

 private:
  ManualClock clock_;
  std::mutex mutex_;
  std::condition_variable told_;
  std::map<std::uint64_t, Verdict> verdicts_;
  std::vector<std::string> compared_;
  std::vector<std::string> log_;
  std::uint64_t lastToken_ = 1000;
  PasswordChecker checker_;
};

// A comparison that lasts until it is released.
class Gate {
 public:
  bool pass() {
    entered_.count_down();
    released_.wait();
    return false;
  }
  void awaitEntered() { entered_.wait(); }
  void release() { released_.count_down(); }

 private:
  std::latch entered_{1};
  std::latch released_{1};
};

int threadsNamedPasswords() {
  int threads = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(task.path() / "comm"), name);
    threads += name == "passwords" ? 1 : 0;
  }
  return threads;
}

TEST(PasswordChecker, TellsRightFromWrong) {
  Checked checked;
  EXPECT_EQ(checked.answer("alice", "secret"), Verdict::kRight);
  EXPECT_EQ(checked.answer("alice", "public"), Verdict::kWrong);
  EXPECT_THAT(checked.compared(), ElementsAre(kHash, kHash));
}

TEST(PasswordChecker, ComparesByBcryptUnlessToldOtherwise) {
  std::promise<Verdict> right;
  PasswordChecker checker(
      {.done = [&](std::uint64_t, Verdict verdict) { right.set_value(verdict); }});
  EXPECT_EQ(checker.check({"alice", "secret"}, kUsers, "10.0.0.1", 1), std::nullopt);
  EXPECT_EQ(right.get_future().get(), Verdict::kRight);
}

TEST(PasswordChecker, KnowsAtOnceWhatItComparedBefore) {
  Checked checked;
  checked.answer("alice", "secret");
  checked.answer("alice", "public");
  EXPECT_EQ(checked.ask("alice", "secret"), Verdict::kRight);
  EXPECT_EQ(checked.ask("alice", "public"), Verdict::kWrong);
  EXPECT_EQ(checked.compared().size(), 2u);
}

TEST(PasswordChecker, ComparesAgainWhenTheHashHasChanged) {
  Checked checked;
  checked.answer("alice", "secret");
  EXPECT_EQ(checked.answer("alice", "secret", "10.0.0.1", {{"alice", kDearerHash}}),
            Verdict::kRight);
  EXPECT_THAT(checked.compared(), ElementsAre(kHash, kDearerHash));
}

TEST(PasswordChecker, NeverLetsAnUnknownUserIn) {
  Checked checked([](const std::string&) { return true; });
  EXPECT_EQ(checked.answer("mallory", "secret"), Verdict::kWrong);
  EXPECT_EQ(checked.ask("mallory", "secret"), Verdict::kWrong);
  EXPECT_EQ(checked.answer("alice", "secret"), Verdict::kRight);
}

TEST(PasswordChecker, TakesAsLongForAnUnknownUserAsForTheDearestHash) {
  Checked checked;
  checked.answer("mallory", "secret", "10.0.0.1", {{"alice", kHash}, {"bob", kDearerHash}});
  checked.answer("mallory", "secret", "10.0.0.1", {{"alice", kHash}});
  const auto compared = checked.compared();
  ASSERT_EQ(compared.size(), 2u);
  EXPECT_EQ(compared[0].substr(0, 7), "$2b$06$");
  EXPECT_EQ(compared[1].substr(0, 7), "$2b$04$");
  EXPECT_EQ(compared[0].size(), 60u);
}

TEST(PasswordChecker, LocksAnAddressOutAfterTwentyFailures) {
  Checked checked;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(checked.answer("alice", std::to_string(i)), Verdict::kWrong) << i;
  }
  // Even with the right password, or who guesses would know it when it comes.
  EXPECT_EQ(checked.ask("alice", "secret"), Verdict::kTooManyFailures);
  EXPECT_EQ(checked.ask("alice", "0"), Verdict::kTooManyFailures);
  EXPECT_EQ(checked.compared().size(), 20u);
  EXPECT_EQ(checked.checker().retryAfter("10.0.0.1"), 60s);
  EXPECT_EQ(checked.answer("alice", "secret", "10.0.0.2"), Verdict::kRight);
  EXPECT_EQ(checked.checker().retryAfter("10.0.0.2"), 0s);

  checked.clock().advance(60s);
  EXPECT_EQ(checked.answer("alice", "secret"), Verdict::kRight);
}

TEST(PasswordChecker, CountsFailuresThatItKnewBefore) {
  Checked checked;
  EXPECT_EQ(checked.answer("alice", "public"), Verdict::kWrong);
  for (int i = 1; i < 20; ++i) EXPECT_EQ(checked.ask("alice", "public"), Verdict::kWrong) << i;
  EXPECT_EQ(checked.ask("alice", "public"), Verdict::kTooManyFailures);
}

TEST(PasswordChecker, RefusesMoreThanEightThatWait) {
  Gate gate;
  Checked checked([&](const std::string& password) { return password == "slow" && gate.pass(); });
  EXPECT_EQ(checked.ask("alice", "slow", 1), std::nullopt);
  gate.awaitEntered();
  for (std::uint64_t i = 0; i < 8; ++i) {
    EXPECT_EQ(checked.ask("alice", std::to_string(i), 10 + i), std::nullopt) << i;
  }
  EXPECT_EQ(checked.ask("alice", "one more", 99), Verdict::kBusy);
  gate.release();
  for (std::uint64_t i = 0; i < 8; ++i) EXPECT_EQ(checked.verdictOf(10 + i), Verdict::kWrong) << i;
  EXPECT_EQ(checked.verdictOf(1), Verdict::kWrong);
  EXPECT_EQ(checked.answer("alice", "one more"), Verdict::kWrong);
}

TEST(PasswordChecker, ComparesWhatWaitsTwiceOnlyOnce) {
  Gate gate;
  Checked checked([&](const std::string& password) { return password == "secret" || gate.pass(); });
  checked.ask("alice", "slow", 1);
  gate.awaitEntered();
  checked.ask("alice", "secret", 2);
  checked.ask("alice", "secret", 3);
  gate.release();
  EXPECT_EQ(checked.verdictOf(2), Verdict::kRight);
  EXPECT_EQ(checked.verdictOf(3), Verdict::kRight);
  EXPECT_EQ(checked.compared().size(), 2u);
}

TEST(PasswordChecker, ComparesNothingMoreForAnAddressThatIsLockedOutMeanwhile) {
  Gate gate;
  Checked checked([&](const std::string& password) { return password == "slow" && gate.pass(); });
  for (int i = 0; i < 19; ++i) checked.answer("alice", std::to_string(i));
  checked.ask("alice", "slow", 1);
  gate.awaitEntered();
  checked.ask("alice", "guess", 2);
  gate.release();
  EXPECT_EQ(checked.verdictOf(1), Verdict::kWrong);
  EXPECT_EQ(checked.verdictOf(2), Verdict::kTooManyFailures);
  EXPECT_EQ(checked.compared().size(), 20u);
}

TEST(PasswordChecker, SaysThatAComparisonFailed) {
  Checked checked([](const std::string& password) -> bool {
    if (password == "secret") return true;
    throw std::runtime_error("no library");
  });
  EXPECT_EQ(checked.answer("alice", "other"), Verdict::kBroken);
  EXPECT_THAT(checked.log(), ElementsAre("cannot compare passwords: no library"));
  EXPECT_EQ(checked.answer("alice", "secret"), Verdict::kRight);
}

TEST(PasswordChecker, HasAThreadOnlyWhileItIsNeeded) {
  test::await([] { return threadsNamedPasswords() == 0; });  // those of other tests
  Checked checked([](const std::string&) { return true; }, 0ms);
  EXPECT_EQ(threadsNamedPasswords(), 0);
  EXPECT_EQ(checked.answer("alice", "1"), Verdict::kRight);
  test::await([] { return threadsNamedPasswords() == 0; });
  EXPECT_EQ(checked.answer("alice", "2"), Verdict::kRight);
}

TEST(PasswordChecker, TellsNothingAfterItsEnd) {
  Gate gate;
  std::promise<void> compared;
  std::vector<Verdict> told;
  {
    PasswordChecker checker(
        {.done = [&](std::uint64_t, Verdict verdict) { told.push_back(verdict); },
         .matches =
             [&](const std::string&, const std::string&) {
               gate.pass();
               compared.set_value();
               return true;
             }});
    checker.check({"alice", "1"}, kUsers, "10.0.0.1", 1);
    checker.check({"alice", "2"}, kUsers, "10.0.0.1", 2);
    gate.awaitEntered();
  }
  gate.release();
  compared.get_future().wait();
  test::await([] { return threadsNamedPasswords() == 0; });
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace orchestrator_exporter::http
