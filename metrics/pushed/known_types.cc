#include "metrics/pushed/known_types.h"

#include <exception>
#include <utility>

#include "metrics/processors/no_samples.h"

namespace orchestrator_exporter {
namespace {

constexpr std::chrono::minutes kRenewal{1};

// Who notes nothing at the moment, in this thread.
thread_local const KnownTypes* passesOver = nullptr;

}  // namespace

class KnownTypes::Notes final : public Sink {
 public:
  explicit Notes(const KnownTypes& owner) : owner_(owner) {}

  FamilySink& family(const FamilyHead& head) override {
    if (passesOver != &owner_) types_.emplace(head.name, head.type);
    return noSamples_;
  }
  auto take() { return std::move(types_); }

 private:
  const KnownTypes& owner_;
  NoSamples noSamples_;
  std::map<std::string, MetricType, std::less<>> types_;
};

void KnownTypes::passOver(const std::function<void()>& part) const {
  const KnownTypes* const before = std::exchange(passesOver, this);
  try {
    part();
  } catch (...) {
    passesOver = before;
    throw;
  }
  passesOver = before;
}

std::optional<MetricType> KnownTypes::find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (!renewed_ || Clock::now() - *renewed_ >= kRenewal) renew();
  const auto known = types_.find(name);
  return known == types_.end() ? std::nullopt : std::optional(known->second);
}

void KnownTypes::renew() {
  Notes notes(*this);
  try {
    read_(notes);
  } catch (const std::exception&) {
    // What was given until then is better than nothing.
  }
  types_ = notes.take();
  renewed_ = Clock::now();
}

}  // namespace orchestrator_exporter
