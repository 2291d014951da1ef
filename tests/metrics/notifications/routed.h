#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "metrics/notifications/dispatcher.h"

namespace orchestrator_exporter::notifications {

inline constexpr Time kSecond = 1000;
inline constexpr Time kBegin = 1'700'000'000'000;
inline constexpr Time kForEver = kBegin + 1'000'000 * kSecond;

// Alerts come and go at a fake time, and whatever is decided arrives at once unless it shall not.
class Routed : public testing::Test {
 protected:
  Routed() {
    plan_.root.receiver = "people";
    plan_.root.groupBy = {"alertname"};
    plan_.receivers = {{"people", {{"webhook", true}}}};
  }

  // Uses the plan as it is now.
  void start() {
    nameRoutes(plan_.root);
    dispatcher_.emplace(std::make_shared<const Plan>(plan_),
                        [this] { return "id" + std::to_string(++ids_); });
  }

  void fires(const LabelSet& labels, Time startsAt) {
    dispatcher_->put({{labels, {}, startsAt, kForEver, now_, {}, cooldown_}}, now_);
    starts_[labels] = startsAt;
  }
  void fires(const LabelSet& labels) { fires(labels, now_); }
  void ends(const LabelSet& labels) {
    dispatcher_->put({{labels, {}, starts_[labels], now_, now_, {}, cooldown_}}, now_);
  }

  // Lets time pass; what is told meanwhile, as `seconds since the beginning receiver reason +firing
  // -ended`.
  std::vector<std::string> pass(Time seconds) {
    std::vector<std::string> told;
    const Time end = now_ + seconds * kSecond;
    for (;;) {
      const auto next = dispatcher_->nextFlush();
      if (!next || *next > end) break;
      now_ = std::max(now_, *next);
      for (const Notification& each : dispatcher_->flushDue(now_).notifications) {
        told.push_back(described(each));
        last_ = each;
        dispatcher_->begin(each);
        if (arrives_)
          dispatcher_->arrived(each);
        else
          dispatcher_->givenUp(each);
      }
    }
    now_ = end;
    return told;
  }

  std::string described(const Notification& each) const {
    std::string text = std::to_string((each.at - kBegin) / kSecond) + " " + each.receiver + " " +
                       std::string(nameOf(each.reason));
    for (const Alert& alert : each.alerts) {
      text += alert.endsAt == 0 ? " +" : " -";
      text += alert.labels.get("alertname");
      text += alert.labels.get("i");
    }
    return text;
  }

  Plan plan_;
  std::optional<Dispatcher> dispatcher_;
  Time now_ = kBegin;
  int ids_ = 0;
  bool arrives_ = true;
  Milliseconds cooldown_{0};
  std::map<LabelSet, Time> starts_;
  Notification last_;
};

inline const LabelSet kA1 = {{"alertname", "A"}, {"i", "1"}};
inline const LabelSet kA2 = {{"alertname", "A"}, {"i", "2"}};
inline const LabelSet kB = {{"alertname", "B"}};

}  // namespace orchestrator_exporter::notifications
