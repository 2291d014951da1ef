#include "metrics/rules/rule_file.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::rules {

namespace {

std::string faultsOf(const std::string& content) {
  try {
    parseRuleFile("r.yml", content);
  } catch (const RuleFileError& error) {
    return error.what();
  }
  return "taken";
}

}  // namespace

TEST(RuleFile, GivesGroupsWithTheirRules) {
  const auto groups = parseRuleFile("r.yml", R"(
groups:
  - name: g
    interval: 30s
    labels: {team: a, severity: none}
    rules:
      - {record: 'x:sum', expr: 'sum( x )'}
      - {alert: High, expr: 'x > 1', for: 5m, labels: {severity: warning}}
)");
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].interval, std::chrono::seconds(30));
  ASSERT_EQ(groups[0].rules.size(), 2u);
  EXPECT_EQ(groups[0].rules[0].query, "sum(x)");
  EXPECT_EQ(groups[0].rules[1].holdFor, std::chrono::minutes(5));
  // The rule's own label goes before the group's.
  EXPECT_EQ(groups[0].rules[1].labels, (TextPairs{{"severity", "warning"}, {"team", "a"}}));
}

TEST(RuleFile, SaysWhereEachFaultIs) {
  EXPECT_EQ(faultsOf("groups:\n- name: g\n  rules:\n  - record: a\n    expr: sum(\n  - expr: b\n"),
            "r.yml:5:11: expr: 1:5: parse error: unclosed left parenthesis\n"
            "r.yml:6:5: a rule needs one of record and alert");
}

}  // namespace orchestrator_exporter::rules
