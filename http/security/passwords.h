#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/security/basic_credentials.h"

namespace orchestrator_exporter::http {

// The users that may enter, each with a bcrypt hash without fault (see bcrypt.h).
using Users = std::map<std::string, std::string, std::less<>>;

// What came out, with the status that the request gets if it is not served.
enum class Verdict : std::uint8_t {
  kRight,
  kWrong,            // 401
  kTooManyFailures,  // 429; see retryAfter()
  kBusy,             // 503: too many passwords wait to be compared
  kBroken,           // 500: the comparison failed, which was logged
};

// Tells whether credentials are those of a user. What was compared before is known at once; the
// rest is compared by bcrypt, one after the other, on a thread of its own, which begins with the
// first comparison and ends when there was none for a while. An address that failed too often is
// told so without a comparison. Thread-safe.
class PasswordChecker {
 public:
  struct Options {
    // Told the verdict of each question that check() did not answer at once, on the thread of this
    // object and before the next is compared: must return soon, must not throw nor call this
    // object.
    std::function<void(std::uint64_t token, Verdict)> done;
    std::function<void(std::string_view)> log = {};
    // How long the thread waits for the next question.
    std::chrono::milliseconds idle{10'000};
    std::function<std::chrono::steady_clock::time_point()> clock = std::chrono::steady_clock::now;
    // bcryptMatches() unless given; may throw.
    std::function<bool(const std::string& password, const std::string& hash)> matches = {};
  };

  // How many questions may wait for the one that is compared.
  static constexpr std::size_t kWaiting = 8;

  explicit PasswordChecker(Options options);
  // From now on nobody is told anything. Does not wait for a comparison, which can take hours at
  // high costs and cannot be stopped: it ends by itself.
  ~PasswordChecker();
  PasswordChecker(const PasswordChecker&) = delete;
  PasswordChecker& operator=(const PasswordChecker&) = delete;

  // The verdict if it is known, else nullopt: then done(token, verdict) follows, once, perhaps
  // before this returns. An unknown user takes as long as one with the highest cost among `users`.
  std::optional<Verdict> check(const Credentials& credentials, const Users& users,
                               std::string_view address, std::uint64_t token);

  // How long an address is still refused with kTooManyFailures; zero if it is not.
  std::chrono::steady_clock::duration retryAfter(std::string_view address) const;

 private:
  class Shared;
  std::shared_ptr<Shared> shared_;  // with the thread, which may last longer than this object
};

}  // namespace orchestrator_exporter::http
