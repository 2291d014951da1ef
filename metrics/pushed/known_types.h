#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Which type each family of a program has, as a reading told: for pushes that must not bring a
// family with another one. A reading is made when the first question comes, and again when one
// comes a minute later. Any thread may ask.
class KnownTypes {
 public:
  // Gives a whole reading; what it throws is taken for its end.
  using Read = std::function<void(Sink&)>;

  explicit KnownTypes(Read read) : read_(std::move(read)) {}

  // Of the first that gave a family of this name; nullopt if nobody did.
  std::optional<MetricType> find(std::string_view name);

  // Runs a part of a reading whose families are not to be noted here.
  void passOver(const std::function<void()>& part) const;

 private:
  using Clock = std::chrono::steady_clock;
  class Notes;

  void renew();

  const Read read_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, MetricType, std::less<>> types_;
  std::optional<Clock::time_point> renewed_;
};

}  // namespace orchestrator_exporter
