#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "metrics/pipeline/runner.h"

// All that a session says of its samples, held against counts by hand.

namespace orchestrator_exporter::pipeline {
namespace {

using nlohmann::json;
using std::chrono::seconds;

// Thirty readings, each 15 seconds, of a gauge and a counter:
//  the gauge is 10, 11, 12, 10, ... for 25 readings; then 50, which is unusual; 150, which is out
//  of range; NaN; nothing; and 11 again. the counter counts readings, and begins again at 3 in the
//  twentieth without a word. the eleventh reading is handed on 20 seconds late.
class AScriptedStream : public testing::Test {
 protected:
  AScriptedStream() {
    for (int i = 0; i < 30; ++i) read(i);
    session_ = json::parse(runner_.sessions()).back();
  }

  static Plan plan() {
    Plan plan;
    plan.steps = {{.name = "sane", .match = {SeriesMatch("g")}, .make = [] {
                     return makeValidate({.min = 0,
                                          .max = 100,
                                          .onViolation = Reaction::kDrop,
                                          .outliers = OutlierMethod::kMad,
                                          .onOutlier = Reaction::kFlag});
                   }}};
    plan.aggregators = {{.metric = "g", .functions = {"mean"}}};
    return plan;
  }

  static std::optional<double> gaugeAt(int i) {
    switch (i) {
      case 25:
        return 50;
      case 26:
        return 150;
      case 27:
        return std::nan("");
      case 28:
        return std::nullopt;
      default:
        return i == 29 ? 11 : 10 + i % 3;
    }
  }

  void read(int i) {
    const auto reading = std::make_shared<Snapshot>();
    if (const auto value = gaugeAt(i)) reading->gauge("g", "G").add(*value);
    reading->counter("c_total", "C").add(i < 20 ? i : i - 17);
    reading->time = Time(seconds(15 * i));
    now_ = reading->time + seconds(i == 10 ? 20 : 0);
    Snapshot processed;
    runner_.process(reading, processed);
  }

  Time now_{};
  Runner runner_{plan(), {.clock = [this] { return now_; }, .interval = seconds(15)}};
  json session_;
};

// 29 of the gauge and 30 of the counter; 150 and NaN go no further; what is left of the gauge is
// for the aggregator.
TEST_F(AScriptedStream, IsCounted) {
  EXPECT_EQ(session_["statistics"], json({{"collected", 59},
                                          {"processed", 57},
                                          {"aggregated", 27},
                                          {"stored", 57},
                                          {"errors", 2}}));
}

TEST_F(AScriptedStream, HasValuesOutOfRange) {
  EXPECT_EQ(session_["quality"]["out_of_range"], 1) << "150";
  EXPECT_EQ(session_["quality"]["not_finite"], 1);
}

// Around the median 11, by 3.5 times 1.4826 times a median absolute deviation of 1.
TEST_F(AScriptedStream, HasAnOutlier) { EXPECT_EQ(session_["quality"]["outliers"], 1) << "50"; }

// 150 and NaN, which were dropped, and the reading without it.
TEST_F(AScriptedStream, MissesValues) { EXPECT_EQ(session_["quality"]["missing"], 3); }

TEST_F(AScriptedStream, IsNearlyComplete) {
  EXPECT_EQ(session_["quality"]["completeness"]["numerator"], 57);
  EXPECT_EQ(session_["quality"]["completeness"]["denominator"], 60);
}

TEST_F(AScriptedStream, IsNearlyAccurate) {
  EXPECT_EQ(session_["quality"]["accuracy"]["numerator"], 57);
  EXPECT_EQ(session_["quality"]["accuracy"]["denominator"], 59);
}

TEST_F(AScriptedStream, ContradictsItselfOnce) {
  EXPECT_EQ(session_["quality"]["consistency"]["numerator"], 58);
  EXPECT_EQ(session_["quality"]["consistency"]["denominator"], 59);
}

// Both samples of the reading that was late.
TEST_F(AScriptedStream, IsNearlyInTime) {
  EXPECT_EQ(session_["quality"]["timeliness"]["numerator"], 55);
  EXPECT_EQ(session_["quality"]["timeliness"]["denominator"], 57);
  EXPECT_EQ(session_["quality"]["timeliness"]["delay_p95_seconds"], 0.0);
}

}  // namespace
}  // namespace orchestrator_exporter::pipeline
