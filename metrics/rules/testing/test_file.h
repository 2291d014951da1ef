#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "metrics/rules/definition.h"

// Unit tests of rules, as promtool 3.5 reads them
// (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/).
namespace orchestrator_exporter::rules {

struct ExpectedAlert {
  TextPairs labels = {};  // without alertname
  TextPairs annotations = {};
};

struct AlertCheck {
  Milliseconds time{0};
  std::string alertName = {};
  std::vector<ExpectedAlert> alerts = {};
};

struct ExpectedSample {
  std::string labels = {};
  double value = 0;
};

struct QueryCheck {
  Milliseconds time{0};
  std::string query = {};
  std::vector<ExpectedSample> samples = {};
};

struct InputSeries {
  std::string series = {};
  std::string values = {};
};

struct RuleTest {
  std::string name = {};
  Milliseconds interval{0};  // of the input; 0: the evaluation interval
  std::vector<InputSeries> input = {};
  std::vector<AlertCheck> alertChecks = {};
  std::vector<QueryCheck> queryChecks = {};
  TextPairs externalLabels = {};
  std::string externalUrl = {};

  Milliseconds end() const;  // when the last check is
};

struct RuleTestFile {
  std::vector<std::string> ruleFiles = {};
  Milliseconds evaluationInterval{0};
  std::vector<std::string> groupOrder = {};
  bool fuzzyCompare = false;
  std::vector<RuleTest> tests = {};
};

// Throws RuleFileError with everything that is wrong.
RuleTestFile parseRuleTestFile(const std::string& file, const std::string& content);

}  // namespace orchestrator_exporter::rules
