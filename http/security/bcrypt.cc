#include "http/security/bcrypt.h"

#include <crypt.h>

#include <charconv>
#include <cstddef>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "http/security/constant_time.h"
#include "metrics/base/process/shared_library.h"

namespace orchestrator_exporter::http {
namespace {

// $2b$10$, the salt, the hash proper.
constexpr std::size_t kPrefix = 7;
constexpr std::size_t kSalt = 22;
constexpr std::size_t kHash = 31;
constexpr std::size_t kSize = kPrefix + kSalt + kHash;
constexpr std::size_t kBytesThatCount = 72;
constexpr std::string_view kLetters =
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

using Crypt = decltype(&::crypt_r);

// Not linked: only who has users in the configuration needs the library.
Crypt loadCrypt() {
  Crypt function = nullptr;
  SharedLibrary("libcrypt", "libcrypt.so.1").find("crypt_r", function);
  return function;
}

Crypt cryptFunction() {
  static const Crypt function = loadCrypt();
  return function;
}

}  // namespace

std::optional<std::string> bcryptFault(std::string_view hash) {
  const std::string_view start = hash.substr(0, 4);
  if (start != "$2a$" && start != "$2b$" && start != "$2y$") {
    return "it does not begin with $2a$, $2b$ or $2y$";
  }
  if (hash.size() != kSize) {
    return "it has " + std::to_string(hash.size()) + " characters, not " + std::to_string(kSize);
  }
  const std::string_view cost = hash.substr(4, 2);
  if (cost.find_first_not_of("0123456789") != std::string_view::npos || hash[6] != '$') {
    return "its cost is not two digits and a dollar sign";
  }
  if (bcryptCost(hash) < 4 || bcryptCost(hash) > 31) {
    return "its cost is " + std::to_string(bcryptCost(hash)) + ", not 4 to 31";
  }
  if (hash.find_first_not_of(kLetters, kPrefix) != std::string_view::npos) {
    return "it has other characters than letters, digits, dots and slashes";
  }
  return std::nullopt;
}

int bcryptCost(std::string_view hash) {
  int cost = 0;
  std::from_chars(hash.data() + 4, hash.data() + 6, cost);
  return cost;
}

bool bcryptMatches(const std::string& password, const std::string& hash) {
  // libcrypt would take what is before the NUL for the password.
  if (password.find('\0') != std::string::npos) return false;
  // libcrypt refuses very long ones instead of cutting them.
  const std::string counted = password.substr(0, kBytesThatCount);
  // What libcrypt computes for 2a differs from all others for some passwords outside ASCII, to
  // spoil the hashes that an error of 2011 had made; 2b is what the others compute for 2a.
  std::string setting = hash.substr(0, kPrefix + kSalt);
  setting[2] = 'b';
  const auto data = std::make_unique<crypt_data>();
  const char* const computed = cryptFunction()(counted.c_str(), setting.c_str(), data.get());
  const std::string_view result = computed == nullptr ? "" : computed;
  if (result.size() != kSize) throw std::runtime_error("libcrypt does not know bcrypt");
  // Not the salt: of its last character only two bits count, and libcrypt clears the others.
  return equalInConstantTime(result.substr(kPrefix + kSalt),
                             std::string_view(hash).substr(kPrefix + kSalt));
}

}  // namespace orchestrator_exporter::http
