#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace orchestrator_exporter {

// Calls into the kernel that may never come back, such as statfs() on a dead server's mount. Each
// subject is asked on a thread of its own; the caller waits for a limited time and goes on without
// those that did not answer. A subject whose call still hangs is neither asked again nor waited for
// again, so that it holds one thread at most and delays one caller at most. Safe to call from
// several threads. Calls may outlast this object.
template <typename Result>
class HangingCalls {
 public:
  using Clock = std::chrono::steady_clock;
  using Call = std::function<Result(const std::string& subject)>;

  // `call` is used by several threads at once, must not throw, and owns what it needs.
  explicit HangingCalls(Call call) : state_(std::make_shared<State>(std::move(call))) {}

  // Asks all subjects at once; returns when all have answered, at the latest at `until`. The
  // answers stand in the order of the subjects, nullopt for one that has not answered.
  std::vector<std::optional<Result>> ask(const std::vector<std::string>& subjects,
                                         Clock::time_point until) {
    std::unique_lock lock(state_->mutex);
    std::vector<std::shared_ptr<Pending>> calls;
    for (const std::string& subject : subjects) calls.push_back(joinOrStart(subject));
    state_->answered.wait_until(lock, until, [&] {
      return std::all_of(calls.begin(), calls.end(),
                         [](const auto& call) { return call->result || call->givenUp; });
    });
    std::vector<std::optional<Result>> results;
    for (const auto& call : calls) {
      call->givenUp = !call->result;
      results.push_back(call->result);
    }
    return results;
  }

 private:
  struct Pending {
    std::optional<Result> result;
    bool givenUp = false;
  };
  struct State {
    explicit State(Call function) : call(std::move(function)) {}

    const Call call;
    std::mutex mutex;
    std::condition_variable answered;
    std::map<std::string, std::shared_ptr<Pending>> running;  // by subject
  };

  std::shared_ptr<Pending> joinOrStart(const std::string& subject) {
    std::shared_ptr<Pending>& running = state_->running[subject];
    if (running) return running;
    const auto pending = running = std::make_shared<Pending>();
    try {
      std::thread(run, state_, subject, pending).detach();
    } catch (const std::system_error&) {
      // No thread to be had: as if this subject had not answered, and the others still can.
      pending->givenUp = true;
      state_->running.erase(subject);
    }
    return pending;
  }

  static void run(const std::shared_ptr<State>& state, const std::string& subject,
                  const std::shared_ptr<Pending>& pending) {
    Result result = state->call(subject);
    const std::lock_guard lock(state->mutex);
    pending->result = std::move(result);
    state->running.erase(subject);
    state->answered.notify_all();
  }

  std::shared_ptr<State> state_;
};

}  // namespace orchestrator_exporter
