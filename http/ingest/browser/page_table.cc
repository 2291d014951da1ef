#include "http/ingest/browser/page_table.h"

namespace orchestrator_exporter::http::browser {
namespace {

constexpr std::uint32_t kBetweenLooks = 10;  // seconds, since a look goes over all pages

}  // namespace

std::string_view PageTable::nameOf(const std::string& page, std::uint32_t now) {
  auto place = lastVisits_.find(page);
  if (place == lastVisits_.end()) {
    if (lastVisits_.size() >= most_ && !makeRoom(now)) return "other";
    place = lastVisits_.emplace(page, now).first;
  }
  place->second = now;
  return place->first;
}

bool PageTable::makeRoom(std::uint32_t now) {
  if (expiry_ == 0 || now - lookedAt_ < kBetweenLooks) return false;
  lookedAt_ = now;
  std::erase_if(lastVisits_, [&](const auto& visit) { return now - visit.second > expiry_; });
  return lastVisits_.size() < most_;
}

}  // namespace orchestrator_exporter::http::browser
