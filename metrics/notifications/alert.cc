#include "metrics/notifications/alert.h"

#include <algorithm>
#include <string_view>

namespace orchestrator_exporter::notifications {

namespace {

constexpr std::uint64_t kOffset = 14695981039346656037U;
constexpr std::uint64_t kPrime = 1099511628211U;

void add(std::uint64_t& hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  hash = (hash ^ 0xff) * kPrime;
}

// Below 0 if a comes first, above 0 if b does.
int byLabel(std::string_view name, const LabelSet& a, const LabelSet& b) {
  if (a.has(name) != b.has(name)) return a.has(name) ? -1 : 1;
  return a.get(name).compare(b.get(name));
}

}  // namespace

Fingerprint fingerprint(const LabelSet& labels) {
  std::uint64_t hash = kOffset;
  for (const auto& [name, value] : labels) {
    add(hash, name);
    add(hash, value);
  }
  return hash;
}

std::string textOf(Fingerprint fingerprint) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = text.size(); i-- > 0; fingerprint >>= 4U) {
    text[i] = kDigits[fingerprint & 0xfU];
  }
  return text;
}

Alert merged(const Alert& older, const Alert& newer, Time now) {
  const bool endsWithin = newer.endsAt > older.startsAt && newer.endsAt < older.endsAt;
  const bool startsWithin = newer.startsAt > older.startsAt && newer.startsAt < older.endsAt;
  Alert both = newer;
  if (!endsWithin && !startsWithin) return both;
  both.startsAt = std::min(older.startsAt, newer.startsAt);
  if (newer.isResolved(now) && older.isResolved(now)) {
    both.endsAt = std::max(older.endsAt, newer.endsAt);
  }
  return both;
}

bool comesBefore(const LabelSet& a, const LabelSet& b) {
  for (const std::string_view first : {"job", "instance"}) {
    const int order = byLabel(first, a, b);
    if (order != 0) return order < 0;
  }
  if (a.size() != b.size()) return a.size() < b.size();
  return a < b;
}

}  // namespace orchestrator_exporter::notifications
