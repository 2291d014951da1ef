#include "http/ingest/statsd/target_cache.h"

#include <utility>

#include "metrics/base/string_hash.h"

namespace orchestrator_exporter::http::statsd {

std::optional<CutLine> CutLine::of(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(colon + 1);
  const std::size_t bar = rest.find_first_of(":|");
  if (bar == std::string_view::npos || rest[bar] == ':') return std::nullopt;
  return CutLine{line.substr(0, colon), rest.substr(0, bar), rest.substr(bar + 1)};
}

std::uint32_t TargetCache::hash(const CutLine& line) {
  const std::uint64_t both = hashString(line.suffix, hashString(line.name, 0));
  return static_cast<std::uint32_t>(both ^ both >> 32);
}

TargetCache::Entry* TargetCache::find(const CutLine& line) {
  const std::uint32_t slot = index_.find(hash(line), [&](std::uint32_t at) {
    const std::string& key = entries_[at].key;
    return key.size() == line.name.size() + 1 + line.suffix.size() && key.starts_with(line.name) &&
           key.ends_with(line.suffix) && key[line.name.size()] == ':';
  });
  return slot == SeriesIndex::kNone ? nullptr : &entries_[slot];
}

void TargetCache::add(const CutLine& line, Entry entry) {
  if (most_ == 0) return;
  entry.key.assign(line.name).append(1, ':').append(line.suffix);
  std::size_t slot = entries_.size();
  if (slot < most_) {
    entries_.push_back(std::move(entry));
  } else {
    constexpr std::size_t kStride = 7919;
    slot = victim_ = (victim_ + kStride) % most_;
    const std::string& old = entries_[slot].key;
    const std::size_t colon = old.find(':');
    const std::string_view view = old;
    index_.erase(hash({view.substr(0, colon), {}, view.substr(colon + 1)}),
                 static_cast<std::uint32_t>(slot));
    entries_[slot] = std::move(entry);
  }
  index_.insert(hash(line), static_cast<std::uint32_t>(slot));
}

void TargetCache::clear() {
  index_ = SeriesIndex();
  entries_.clear();
}

}  // namespace orchestrator_exporter::http::statsd
