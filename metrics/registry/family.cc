#include "metrics/registry/family.h"

#include <stdexcept>
#include <utility>

#include "metrics/base/errors.h"
#include "metrics/base/names.h"

namespace orchestrator_exporter {

namespace {

bool nameCarriesUnit(std::string_view name, std::string_view unit) {
  if (name.ends_with("_total")) name.remove_suffix(6);
  return name.size() > unit.size() + 1 && name.ends_with(unit) &&
         name[name.size() - unit.size() - 1] == '_';
}

// Rounded up, so that nothing expires early.
std::uint32_t ticksOf(std::chrono::milliseconds duration) {
  return static_cast<std::uint32_t>((duration + kFamilyTick - std::chrono::milliseconds(1)) /
                                    kFamilyTick);
}

}  // namespace

AnyFamily::AnyFamily(std::string name, std::string help, MetricType type, LabelSchema schema,
                     FamilyOptions options, std::shared_ptr<FamilyCommons> commons)
    : name_(std::move(name)),
      help_(std::move(help)),
      type_(type),
      schema_(std::move(schema)),
      options_(std::move(options)),
      expiryTicks_(ticksOf(options_.expireAfter)),
      commons_(std::move(commons)) {
  if (!isLegalMetricName(name_)) {
    throw std::invalid_argument("metric name '" + ParseError::printable(name_) +
                                "': expected letters, digits, underscores and colons");
  }
  if (!options_.unit.empty() && !nameCarriesUnit(name_, options_.unit)) {
    throw std::invalid_argument("metric name '" + name_ + "' does not end in its unit '" +
                                ParseError::printable(options_.unit) + "'");
  }
  if (options_.expireAfter.count() < 0 || options_.expireAfter > kLongestExpiry) {
    throw std::invalid_argument("metric '" + name_ + "': expireAfter: expected 0 to " +
                                std::to_string(kLongestExpiry.count()) + " hours");
  }
}

}  // namespace orchestrator_exporter
