#include "exporter/host/complaints.h"

#include <utility>

namespace orchestrator_exporter {

namespace {

// A fault that all items share need not be logged for each of hundreds.
constexpr std::size_t kTold = 4;

}  // namespace

void Complaints::clear() {
  first_.clear();
  noted_ = read_ = 0;
  failure_ = nullptr;
}

void Complaints::add(std::string_view what, std::exception_ptr failure) {
  if (!failure_) failure_ = std::move(failure);
  if (++noted_ > kTold) return;
  if (!first_.empty()) first_ += "; ";
  first_ += what;
}

void Complaints::failIf(bool nothingIsLeft) const {
  if (nothingIsLeft && failure_) std::rethrow_exception(failure_);
}

std::string Complaints::text() const {
  if (noted_ <= kTold) return first_;
  return first_ + "; and " + std::to_string(noted_ - kTold) + " more";
}

}  // namespace orchestrator_exporter
