#include "http/security/password_cache.h"

#include <string>

#include "http/security/constant_time.h"

namespace orchestrator_exporter::http {
namespace {

std::string_view bytesOf(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Sha256Digest PasswordCache::keyOf(std::string_view user, std::string_view hash,
                                  std::string_view password) {
  // With the sizes, so that no two questions give one text.
  std::string text;
  for (const std::string_view part : {user, hash, password}) {
    text += std::to_string(part.size());
    text += ' ';
    text += part;
  }
  return sha256(text);
}

std::optional<bool> PasswordCache::find(const Sha256Digest& key) const {
  std::optional<bool> found;
  for (const auto& [known, right] : entries_) {
    if (equalInConstantTime(bytesOf(known), bytesOf(key))) found = right;
  }
  return found;
}

void PasswordCache::add(const Sha256Digest& key, bool right) {
  if (entries_.size() >= kCapacity) {
    for (std::size_t gone = 0; gone < kCapacity / 10; ++gone) {
      std::swap(entries_[random_() % entries_.size()], entries_.back());
      entries_.pop_back();
    }
  }
  entries_.emplace_back(key, right);
}

}  // namespace orchestrator_exporter::http
