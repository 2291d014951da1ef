#include "metrics/rules/testing/test_file.h"

#include <algorithm>

#include "metrics/base/number_parse.h"
#include "metrics/rules/rule_file.h"
#include "metrics/rules/yaml_reader.h"

namespace orchestrator_exporter::rules {

namespace {

class TestFile {
 public:
  explicit TestFile(YamlReader& reader) : reader_(reader) {}

  RuleTestFile read(const YAML::Node& document) {
    RuleTestFile file;
    reader_.entries(
        document, "test file",
        {"rule_files", "evaluation_interval", "group_eval_order", "fuzzy_compare", "tests"},
        [&](const std::string& key, const YAML::Node& value) {
          if (key == "rule_files") file.ruleFiles = textsOf(value, key);
          if (key == "evaluation_interval") file.evaluationInterval = reader_.duration(value, key);
          if (key == "group_eval_order") file.groupOrder = textsOf(value, key);
          if (key == "fuzzy_compare") file.fuzzyCompare = switchOf(value, key);
          if (key == "tests") {
            reader_.elements(value, key,
                             [&](const YAML::Node& node) { file.tests.push_back(testOf(node)); });
          }
        });
    return file;
  }

 private:
  std::vector<std::string> textsOf(const YAML::Node& node, const std::string& what) {
    std::vector<std::string> texts;
    reader_.elements(node, what,
                     [&](const YAML::Node& one) { texts.push_back(reader_.text(one, what)); });
    return texts;
  }

  bool switchOf(const YAML::Node& node, const std::string& what) {
    const std::string word = reader_.text(node, what);
    if (word != "true" && word != "false") reader_.fault(node, what + ": expected true or false");
    return word == "true";
  }

  RuleTest testOf(const YAML::Node& node) {
    RuleTest test;
    reader_.entries(node, "test",
                    {"name", "interval", "input_series", "alert_rule_test", "promql_expr_test",
                     "external_labels", "external_url"},
                    [&](const std::string& key, const YAML::Node& value) {
                      if (key == "name") test.name = reader_.text(value, key);
                      if (key == "interval") test.interval = reader_.duration(value, key);
                      if (key == "external_labels") test.externalLabels = reader_.texts(value, key);
                      if (key == "external_url") test.externalUrl = reader_.text(value, key);
                      if (key == "input_series") {
                        reader_.elements(value, key, [&](const YAML::Node& one) {
                          test.input.push_back(inputOf(one));
                        });
                      }
                      if (key == "alert_rule_test") {
                        reader_.elements(value, key, [&](const YAML::Node& one) {
                          test.alertChecks.push_back(alertCheckOf(one));
                        });
                      }
                      if (key == "promql_expr_test") {
                        reader_.elements(value, key, [&](const YAML::Node& one) {
                          test.queryChecks.push_back(queryCheckOf(one));
                        });
                      }
                    });
    return test;
  }

  InputSeries inputOf(const YAML::Node& node) {
    InputSeries input;
    reader_.entries(node, "input_series", {"series", "values"},
                    [&](const std::string& key, const YAML::Node& value) {
                      (key == "series" ? input.series : input.values) = reader_.text(value, key);
                    });
    return input;
  }

  AlertCheck alertCheckOf(const YAML::Node& node) {
    AlertCheck check;
    reader_.entries(node, "alert_rule_test", {"eval_time", "alertname", "exp_alerts"},
                    [&](const std::string& key, const YAML::Node& value) {
                      if (key == "eval_time") check.time = reader_.duration(value, key);
                      if (key == "alertname") check.alertName = reader_.text(value, key);
                      if (key == "exp_alerts") {
                        reader_.elements(value, key, [&](const YAML::Node& one) {
                          check.alerts.push_back(alertOf(one));
                        });
                      }
                    });
    return check;
  }

  ExpectedAlert alertOf(const YAML::Node& node) {
    ExpectedAlert alert;
    reader_.entries(node, "exp_alerts", {"exp_labels", "exp_annotations"},
                    [&](const std::string& key, const YAML::Node& value) {
                      (key == "exp_labels" ? alert.labels : alert.annotations) =
                          reader_.texts(value, key);
                    });
    return alert;
  }

  QueryCheck queryCheckOf(const YAML::Node& node) {
    QueryCheck check;
    reader_.entries(node, "promql_expr_test", {"expr", "eval_time", "exp_samples"},
                    [&](const std::string& key, const YAML::Node& value) {
                      if (key == "expr") check.query = reader_.text(value, key);
                      if (key == "eval_time") check.time = reader_.duration(value, key);
                      if (key == "exp_samples") {
                        reader_.elements(value, key, [&](const YAML::Node& one) {
                          check.samples.push_back(sampleOf(one));
                        });
                      }
                    });
    return check;
  }

  ExpectedSample sampleOf(const YAML::Node& node) {
    ExpectedSample sample;
    reader_.entries(node, "exp_samples", {"labels", "value"},
                    [&](const std::string& key, const YAML::Node& value) {
                      if (key == "labels") {
                        sample.labels = reader_.text(value, key);
                      } else {
                        sample.value = numberOf(value, key);
                      }
                    });
    return sample;
  }

  // Of numbers that are none YAML writes a point before the letters: .nan, -.inf.
  double numberOf(const YAML::Node& node, const std::string& what) {
    std::string word = reader_.text(node, what);
    const bool isSpecial = word.find_first_of("nNiI") != std::string::npos;
    const std::size_t point = word.find('.');
    if (isSpecial && point != std::string::npos) word.erase(point, 1);
    const auto number = parseNumber(word);
    if (!number || (isSpecial && point == std::string::npos)) {
      reader_.fault(node, what + ": expected a number");
    }
    return number.value_or(0);
  }

  YamlReader& reader_;
};

}  // namespace

Milliseconds RuleTest::end() const {
  Milliseconds last{0};
  for (const AlertCheck& check : alertChecks) last = std::max(last, check.time);
  for (const QueryCheck& check : queryChecks) last = std::max(last, check.time);
  return last;
}

RuleTestFile parseRuleTestFile(const std::string& file, const std::string& content) {
  std::vector<std::string> faults;
  YamlReader reader(file, faults);
  RuleTestFile tests;
  if (const auto document = reader.load(content)) tests = TestFile(reader).read(*document);
  if (!faults.empty()) throw RuleFileError(std::move(faults));
  return tests;
}

}  // namespace orchestrator_exporter::rules
