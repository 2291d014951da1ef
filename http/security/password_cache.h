#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "http/security/sha256.h"

namespace orchestrator_exporter::http {

// What bcrypt has told before: whether a password is that of a user with a hash. Keeps digests, no
// passwords; a changed hash is a new question. Not thread-safe.
class PasswordCache {
 public:
  static constexpr std::size_t kCapacity = 100;

  // What identifies one question.
  static Sha256Digest keyOf(std::string_view user, std::string_view hash,
                            std::string_view password);

  // nullopt if it is not known. Takes the same time wherever the entry is, if there is one.
  std::optional<bool> find(const Sha256Digest& key) const;

  // Of a full cache a tenth goes first, chosen at random, so that nobody can plan what goes.
  void add(const Sha256Digest& key, bool right);

  std::size_t size() const { return entries_.size(); }

 private:
  std::vector<std::pair<Sha256Digest, bool>> entries_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace orchestrator_exporter::http
