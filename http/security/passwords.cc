#include "http/security/passwords.h"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "http/security/bcrypt.h"
#include "http/security/failed_logins.h"
#include "http/security/password_cache.h"

namespace orchestrator_exporter::http {
namespace {

// The hash that a user who is unknown is compared with: of a password that was never written down,
// with the highest cost among the users, so that the time does not tell who is known.
std::string hashForStrangers(const Users& users) {
  std::string hash = "$2b$10$QvTr1kWqfJxW0fEGxAHhZuU5hXaUZvCwsJ3QwLkJ4p2bM8eYc7dTi";
  int highest = 0;
  for (const auto& [user, known] : users) {
    if (bcryptCost(known) <= highest) continue;
    highest = bcryptCost(known);
    hash.replace(4, 2, known, 4, 2);
  }
  return hash;
}

struct Question {
  std::uint64_t token = 0;
  std::string address;
  std::string password;
  std::string hash;
  bool known = false;  // the user
  Sha256Digest key{};
};

}  // namespace

class PasswordChecker::Shared : public std::enable_shared_from_this<Shared> {
 public:
  explicit Shared(Options options) : options_(std::move(options)) {
    if (!options_.matches) options_.matches = bcryptMatches;
  }

  std::optional<Verdict> check(Question question) {
    const std::lock_guard lock(mutex_);
    if (const auto verdict = withoutComparing(question)) return verdict;
    if (waiting_.size() >= kWaiting) return Verdict::kBusy;
    if (!running_ && !start()) return Verdict::kBroken;
    waiting_.push_back(std::move(question));
    wakes_.notify_one();
    return std::nullopt;
  }

  std::chrono::steady_clock::duration retryAfter(std::string_view address) const {
    const std::lock_guard lock(mutex_);
    return failed_.lockedFor(address, options_.clock());
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    waiting_.clear();
    wakes_.notify_one();
  }

 private:
  // Those that follow are called with the lock held.
  std::optional<Verdict> withoutComparing(const Question& question) {
    const auto now = options_.clock();
    // Before the cache is asked, or the one right password among many would show at full speed.
    if (failed_.lockedFor(question.address, now).count() > 0) return Verdict::kTooManyFailures;
    const auto right = cache_.find(question.key);
    return right ? std::optional(verdict(question, *right)) : std::nullopt;
  }

  Verdict verdict(const Question& question, bool right) {
    if (right) return Verdict::kRight;
    failed_.add(question.address, options_.clock());
    return Verdict::kWrong;
  }

  bool start() {
    try {
      std::thread([self = shared_from_this()] { self->run(); }).detach();
      running_ = true;
    } catch (const std::system_error& error) {
      log(error.what());
    }
    return running_;
  }

  void run() {
    ::pthread_setname_np(::pthread_self(), "passwords");
    std::unique_lock lock(mutex_);
    while (wakes_.wait_for(lock, options_.idle, [this] { return stopped_ || !waiting_.empty(); })) {
      if (stopped_) break;
      const Question question = std::move(waiting_.front());
      waiting_.pop_front();
      // The one before may have been the same, or one too many.
      auto answer = withoutComparing(question);
      if (!answer) answer = compare(question, lock);
      if (!stopped_) options_.done(question.token, *answer);
    }
    running_ = false;
  }

  Verdict compare(const Question& question, std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    std::optional<bool> matches;
    std::string fault;
    try {
      matches = options_.matches(question.password, question.hash);
    } catch (const std::exception& error) {
      fault = error.what();
    }
    lock.lock();
    if (stopped_) return Verdict::kBroken;  // which nobody is told
    if (!matches) {
      log(fault);
      return Verdict::kBroken;
    }
    const bool right = *matches && question.known;
    cache_.add(question.key, right);
    return verdict(question, right);
  }

  void log(const std::string& fault) const {
    if (options_.log) options_.log("cannot compare passwords: " + fault);
  }

  Options options_;
  mutable std::mutex mutex_;  // for all that follows
  std::condition_variable wakes_;
  std::deque<Question> waiting_;
  PasswordCache cache_;
  FailedLogins failed_;
  bool running_ = false;
  bool stopped_ = false;
};

PasswordChecker::PasswordChecker(Options options)
    : shared_(std::make_shared<Shared>(std::move(options))) {}

PasswordChecker::~PasswordChecker() { shared_->stop(); }

std::optional<Verdict> PasswordChecker::check(const Credentials& credentials, const Users& users,
                                              std::string_view address, std::uint64_t token) {
  const auto user = users.find(credentials.user);
  Question question;
  question.token = token;
  question.address = address;
  question.password = credentials.password;
  question.known = user != users.end();
  question.hash = question.known ? user->second : hashForStrangers(users);
  question.key = PasswordCache::keyOf(credentials.user, question.hash, credentials.password);
  return shared_->check(std::move(question));
}

std::chrono::steady_clock::duration PasswordChecker::retryAfter(std::string_view address) const {
  return shared_->retryAfter(address);
}

}  // namespace orchestrator_exporter::http
