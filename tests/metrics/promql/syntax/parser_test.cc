#include "metrics/promql/syntax/parser.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "metrics/promql/syntax/printer.h"

namespace orchestrator_exporter::promql {

namespace {

struct Case {
  const char* query;
  const char* expected;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.query; }

std::string errorOf(const std::string& query, const ParseOptions& options = {}) {
  try {
    parse(query, options);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "no error";
}

class BadQueries : public testing::TestWithParam<Case> {};
class CanonicalQueries : public testing::TestWithParam<Case> {};

}  // namespace

TEST_P(BadQueries, AreRefusedWithPrometheusWords) {
  EXPECT_EQ(errorOf(GetParam().query), GetParam().expected);
}

// Expectations as Prometheus 3.5.3 answered.
INSTANTIATE_TEST_SUITE_P(
    Parser, BadQueries,
    testing::ValuesIn(std::vector<Case>{
        {"sum foo", "1:5: parse error: unexpected identifier \"foo\""},
        {"sum by", "1:7: parse error: unexpected end of input in grouping opts, expected \"(\""},
        {"sum by (a) foo", "1:12: parse error: unexpected identifier \"foo\" in aggregation"},
        {"sum by foo",
         "1:8: parse error: unexpected identifier \"foo\" in grouping opts, expected \"(\""},
        {"sum by (a", "1:10: parse error: unclosed left parenthesis"},
        {"sum by (a b)",
         "1:11: parse error: unexpected identifier \"b\" in grouping opts, expected \",\" or "
         "\")\""},
        {"sum by (,)", "1:9: parse error: unexpected \",\" in grouping opts, expected label"},
        {"sum by (1)",
         "1:9: parse error: unexpected number \"1\" in grouping opts, expected label"},
        {"sum(x) by (a) by (b)", "1:15: parse error: unexpected <by>"},
        {"a offset",
         "1:9: parse error: unexpected end of input in offset, expected number or duration"},
        {"a offset foo",
         "1:10: parse error: unexpected identifier \"foo\" in offset, expected number or duration"},
        {"a offset 5m offset 5m", "1:1: parse error: offset may not be set multiple times"},
        {"a @", "1:4: parse error: unexpected end of input in @, expected timestamp"},
        {"a @ start(", "1:11: parse error: unclosed left parenthesis"},
        {"a[5m", "1:5: parse error: unclosed left bracket"},
        {"a[", "1:3: parse error: unexpected end of input in duration expression"},
        {"a[]",
         "1:3: parse error: unexpected \"]\" in subquery selector, expected number or duration"},
        {"a[foo]", "1:3: parse error: unexpected character in duration expression: 'f'"},
        {"a[5m:foo]", "1:6: parse error: unexpected colon 'f'"},
        {"a[5m\"x\"]",
         "1:5: parse error: unexpected string \"\\\"x\\\"\" in subquery or range, expected \":\" "
         "or \"]\""},
        {"a[5m:\"x\"]",
         "1:6: parse error: unexpected string \"\\\"x\\\"\" in subquery selector, expected number "
         "or duration or \"]\""},
        {"a[5m:1m\"x\"]",
         "1:8: parse error: unexpected string \"\\\"x\\\"\" in subquery selector, expected \"]\""},
        {"a[5m] [5m]", "1:7: parse error: ranges only allowed for vector selectors"},
        {"a{", "1:3: parse error: unexpected end of input inside braces"},
        {"a{b=\"c\",,}",
         "1:9: parse error: unexpected \",\" in label matching, expected identifier or \"}\""},
        {"a{,}",
         "1:3: parse error: unexpected \",\" in label matching, expected identifier or \"}\""},
        {"a{b=c}",
         "1:5: parse error: unexpected identifier \"c\" in label matching, expected string"},
        {"a{b==\"c\"}", "1:5: parse error: unexpected \"=\" in label matching, expected string"},
        {"a{\"b\"}", "1:1: parse error: metric name must not be set twice: \"a\" or \"b\""},
        {"a{1=\"b\"}", "1:3: parse error: unexpected character inside braces: '1'"},
        {"a{b=\"c\" d=\"e\"}",
         "1:9: parse error: unexpected identifier \"d\" in label matching, expected \",\" or "
         "\"}\""},
        {"{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"},
        {"{b=~\".*\"}",
         "1:1: parse error: vector selector must contain at least one non-empty matcher"},
        {"a +", "1:4: parse error: unexpected end of input"},
        {"a b", "1:3: parse error: unexpected identifier \"b\""},
        {"on", "1:1: parse error: unexpected <on>"},
        {"atan2", "1:1: parse error: unexpected <op:atan2>"},
        {"a + bool b", "1:3: parse error: bool modifier can only be used on comparison operators"},
        {"1 == 1", "1:3: parse error: comparisons between scalars must use BOOL modifier"},
        {"a + on(b) 2", "1:1: parse error: vector matching only allowed between instant vectors"},
        {"a + on(b) group_left(b) c",
         "1:3: parse error: label \"b\" must not occur in ON and GROUP clause at once"},
        // Behind parentheses of other kinds Prometheus takes former ones for the end of the left
        // side.
        {"sum by (b) (a) + on(b) group_left(b) c",
         "1:16: parse error: label \"b\" must not occur in ON and GROUP clause at once"},
        {"max by () (sum by (b) (a) + on(b) group_left(b) c)",
         "1:23: parse error: label \"b\" must not occur in ON and GROUP clause at once"},
        {"a * on(z) d + abs(e) ^ on(b) group_left(b) c",
         "1:11: parse error: label \"b\" must not occur in ON and GROUP clause at once"},
        {"a * on(z) d + sum(e) by (z) ^ on(b) group_left(b) c",
         "1:22: parse error: label \"b\" must not occur in ON and GROUP clause at once"},
        {"(a @ start()) + sum(e) ^ on(b) group_left(b) c",
         "1:15: parse error: label \"b\" must not occur in ON and GROUP clause at once"},
        {"a and on(b) group_left() c",
         "1:1: parse error: no grouping allowed for \"and\" operation"},
        {"a and 1",
         "1:1: parse error: set operator \"and\" not allowed in binary scalar expression"},
        {"foo()", "1:1: parse error: unknown function with name \"foo\""},
        {"rate(a[5m],)", "1:11: parse error: trailing commas not allowed in function call args"},
        {"rate(,)", "1:6: parse error: unexpected \",\""},
        {"rate(a[5m], b)", "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 2"},
        {"round(a, 1, 2)",
         "1:1: parse error: expected at most 2 argument(s) in call to \"round\", got 3"},
        {"label_join(a)",
         "1:1: parse error: expected at least 3 argument(s) in call to \"label_join\", got 1"},
        {"rate(a)",
         "1:6: parse error: expected type range vector in call to function \"rate\", got instant "
         "vector"},
        {"(a", "1:3: parse error: unclosed left parenthesis"},
        {"a)", "1:3: parse error: unexpected right parenthesis ')'"},
        {"a]", "1:2: parse error: unexpected right bracket ']'"},
        {";", "1:1: parse error: unexpected character: ';'"},
        {"\"abc", "1:1: parse error: unterminated quoted string"},
        {"`abc", "1:1: parse error: unterminated raw string"},
        {"\"\\qb\"", "1:1: parse error: unknown escape sequence U+0071 'q'"},
        {"\"\\x4\"", "1:1: parse error: illegal character U+0022 '\"' in escape sequence"},
        {"1e", "1:1: parse error: bad number or duration syntax: \"1e\""},
        {"0x",
         "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"0x\": invalid "
         "syntax"},
        {"0b1", "1:1: parse error: bad number or duration syntax: \"0\""},
        {"1__0", "1:1: parse error: bad number or duration syntax: \"1__\""},
        {"1h1h", "1:1: parse error: not a valid duration string: \"1h1h\""},
        {"1.5h", "1:1: parse error: unknown unit \".\" in duration \"1.5h\""},
        {"5m5", "1:1: parse error: bad number or duration syntax: \"5m5\""},
        {"1e999",
         "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"1e999\": value out "
         "of range"},
        {"a[0]", "1:3: parse error: duration must be greater than 0"},
        {"a[-1m]", "1:3: parse error: duration must be greater than 0"},
        {"a[5m+1m]", "1:3: parse error: experimental duration expression is not enabled"},
        {"a offset (5m)", "1:11: parse error: experimental duration expression is not enabled"},
        {"a=b", "1:2: parse error: unexpected \"=\""},
        {"a=~b", "1:2: parse error: unexpected character after '=': '~'"},
        {"a!b", "1:2: parse error: unexpected character after '!': 'b'"},
        {"\"abc\" + 1",
         "1:1: parse error: binary expression must contain only scalar and instant vector types"},
        {"-\"abc\"",
         "1:1: parse error: unary expression only allowed on expressions of type scalar or instant "
         "vector, got \"string\""},
        {"-a[5m]",
         "1:1: parse error: unary expression only allowed on expressions of type scalar or instant "
         "vector, got \"range vector\""},
        {"abs(1)",
         "1:5: parse error: expected type instant vector in call to function \"abs\", got scalar"},
        {"topk(a)",
         "1:1: parse error: wrong number of arguments for aggregate expression provided, expected "
         "2, got 1"},
        {"topk(\"a\", b)",
         "1:6: parse error: expected type scalar in aggregation parameter, got string"},
        {"count_values(1, b)",
         "1:14: parse error: expected type string in aggregation parameter, got scalar"},
        {"sum()", "1:1: parse error: no arguments for aggregate expression provided"},
        {"sum(a b)", "1:7: parse error: unexpected identifier \"b\" in aggregation"},
        {"sum(1)",
         "1:5: parse error: expected type instant vector in aggregation expression, got scalar"},
        {"limitk(1,a)",
         "1:1: parse error: limitk() is experimental and must be enabled with "
         "--enable-feature=promql-experimental-functions"},
        {"sort_by_label(a)", "1:1: parse error: function \"sort_by_label\" is not enabled"},
        {"x offset 5m [5m]", "1:13: parse error: no offset modifiers allowed before range"},
        {"x @ 1 [5m]", "1:7: parse error: no @ modifiers allowed before range"},
        {"(1)[5m:1m]",
         "1:1: parse error: subquery is only allowed on instant vector, got scalar instead"},
        {"a[5m][5m:]",
         "1:1: parse error: subquery is only allowed on instant vector, got matrix instead"},
        {"1 offset 5m",
         "1:1: parse error: offset modifier must be preceded by an instant vector selector or "
         "range vector selector or a subquery"},
        {"sum(a) @ 1",
         "1:1: parse error: @ modifier must be preceded by an instant vector selector or range "
         "vector selector or a subquery"},
        {"a @ 1 @ 2", "1:1: parse error: @ <timestamp> may not be set multiple times"},
        {"a @ nan", "1:1: parse error: timestamp out of bounds for @ modifier: NaN"},
        {"a{b=~\"(\"}", "1:3: parse error: error parsing regexp: missing closing ): `(`"},
        {"a{b=~\"*\"}",
         "1:3: parse error: error parsing regexp: missing argument to repetition operator: `*`"},
        {"#comment", "1:1: parse error: no expression found in input"},
        {"a[999999y]", "1:3: parse error: duration out of range"},
        {"", "unknown position: parse error: no expression found in input"},
        {"sum by (\"\") (a)", "1:9: parse error: invalid label name for grouping: \"\""},
        {"10_ + 1",
         "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"10_\": invalid "
         "syntax"},
        {"0._5",
         "1:1: parse error: error parsing number: strconv.ParseFloat: parsing \"0._5\": invalid "
         "syntax"},
        {"a[:5m]", "1:4: parse error: unexpected colon before duration in duration expression"},
        {"a[5m] + a[:5m]",
         "1:11: parse error: unexpected \":\" in subquery selector, expected number or duration"},
        {"a\nb", "2:1: parse error: unexpected identifier \"b\""},
    }));

TEST_P(CanonicalQueries, ArePrinted) {
  EXPECT_EQ(print(*parse(GetParam().query)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Parser, CanonicalQueries,
                         testing::ValuesIn(std::vector<Case>{
                             {"-2^2", "-2 ^ 2"},
                             {"010 + 0x1F + 1h + 1e6", "8 + 31 + 1h + 1000000"},
                             {"sum(x)", "sum(x)"},
                             {"SUM BY (a,\"b c\") (x)", "sum by (a, \"b c\") (x)"},
                             {"sum(x) without(a)", "sum without (a) (x)"},
                             {"topk(3,x)", "topk(3, x)"},
                             {"a+on()b", "a + on () b"},
                             {"a+ignoring()b", "a + b"},
                             {"a==bool on(b)group_left(l)c", "a == bool on (b) group_left (l) c"},
                             {"a*ignoring(b)group_right c", "a * ignoring (b) group_right () c"},
                             {"{__name__=\"x\"}", "{__name__=\"x\"}"},
                             {"x{b=\"c\",a!~'d.*'}", "x{a!~\"d.*\",b=\"c\"}"},
                             {"{\"a b\",c=\"d\"}", "{__name__=\"a b\",c=\"d\"}"},
                             {"x[1m30s] offset -5m @ 5", "x[1m30s] @ 5.000 offset -5m"},
                             {"x[5m:30s] @ end() offset 1h", "x[5m:30s] @ end() offset 1h"},
                             {"x[5m:] @ start()", "x[5m:] @ start()"},
                             {"x[1500ms]", "x[1s500ms]"},
                             {"label_replace(x,'a','$1','b',\"(.*)\")",
                              "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")"},
                             {"(a)", "(a)"},
                             {"-(1)", "-(1)"},
                             {"- -1", "1"},
                             {"+a", "+a"},
                             {"a ^ -b ^ c", "a ^ -b ^ c"},
                             {"1e-7", "0.0000001"},
                             {"123456789012345680000", "123456789012345680000"},
                             {"nan", "NaN"},
                             {"`a\\b`", "\"a\\\\b\""},
                             {"a @ -1.0005", "a @ -1.001"},
                             {"time()", "time()"},
                         }));

TEST(Parser, TakesKeywordsForMetricsAndLabels) {
  for (const char* query : {"sum", "by", "offset offset 5m", "start", "end + 1", "limitk"}) {
    EXPECT_EQ(print(*parse(query)), query);
  }
  EXPECT_EQ(print(*parse("a{sum='x',on='y',bool='z'}")), "a{bool=\"z\",on=\"y\",sum=\"x\"}");
  EXPECT_EQ(print(*parse("sum by (on, bool, offset) (a)")), "sum by (on, bool, offset) (a)");
}

TEST(Parser, BindsOperatorsByTheirStrength) {
  const auto topOperator = [](const char* query) {
    return std::string(spelling(std::get<BinaryOperation>(parse(query)->node).op));
  };
  EXPECT_EQ(topOperator("a or b and c"), "or");
  EXPECT_EQ(topOperator("a and b == c"), "and");
  EXPECT_EQ(topOperator("a == b + c"), "==");
  EXPECT_EQ(topOperator("a + b * c"), "+");
  EXPECT_EQ(topOperator("a * b ^ c"), "*");
  EXPECT_EQ(topOperator("a ^ -b * c"), "*");
}

TEST(Parser, NegatesAfterThePower) {
  EXPECT_TRUE(std::holds_alternative<UnaryOperation>(parse("-a ^ b")->node));
}

TEST(Parser, CalculatesDurationsIfAsked) {
  const ParseOptions options{.durationExpressions = true};
  const ExpressionPtr expression = parse("x[2*1m] offset (1h-1m)", options);
  const auto& selector = std::get<Selector>(expression->node);
  EXPECT_EQ(selector.range->milliseconds, 120'000);
  EXPECT_EQ(selector.modifiers.offset.milliseconds, 3'540'000);
  EXPECT_EQ(print(*expression), "x[2 * 1m] offset (1h - 1m)");
  EXPECT_EQ(errorOf("x[5m/0]", options), "1:5: parse error: division by zero");
}

TEST(Parser, KnowsExperimentalFunctionsIfAsked) {
  const ParseOptions options{.experimentalFunctions = true};
  EXPECT_EQ(errorOf("sort_by_label(limitk(1, a), 'b')", options), "no error");
  EXPECT_EQ(errorOf("info(a, b)", options),
            "1:9: parse error: expected label selectors only, got vector selector instead");
}

TEST(Parser, RefusesWhatIsNestedTooDeeply) {
  const std::string deep = std::string(5000, '(') + "1" + std::string(5000, ')');
  EXPECT_EQ(errorOf(deep), "1:1001: parse error: expression is nested more than 1000 deep");
  std::string chain = "1";
  for (int i = 0; i < 5000; ++i) chain += "+1";
  EXPECT_EQ(errorOf(chain), "1:1: parse error: expression is nested more than 1000 deep");
}

TEST(Parser, RefusesDurationsThatAreNestedTooDeeply) {
  EXPECT_EQ(errorOf("a[" + std::string(100'000, '(') + "1m"),
            "1:1003: parse error: duration is nested too deeply");
  EXPECT_EQ(errorOf("a[" + std::string(100'000, '-') + "1m"),
            "1:1003: parse error: duration is nested too deeply");
}

TEST(Parser, ReadsSelectorsOfTheApi) {
  EXPECT_EQ(parseSelector("m{a=~'b'}").size(), 2U);
  EXPECT_EQ(parseSelector("{}").size(), 0U);
  const auto errorOfSelector = [](std::string_view text) -> std::string {
    try {
      parseSelector(text);
    } catch (const ParseError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(errorOfSelector("m[5m]"), "1:2: parse error: unexpected \"[\"");
  EXPECT_EQ(errorOfSelector("m offset 5m"), "1:3: parse error: unexpected <offset>");
  EXPECT_EQ(errorOfSelector("sum(m)"), "1:4: parse error: unexpected \"(\"");
  EXPECT_EQ(errorOfSelector("1"), "1:1: parse error: unexpected number \"1\"");
  EXPECT_EQ(errorOfSelector(""), "unknown position: parse error: unexpected end of input");
}

TEST(Parser, GoesOnCalculatingAnOffsetBehindParentheses) {
  const ParseOptions options{.durationExpressions = true};
  EXPECT_EQ(
      errorOf("a offset (5m) + b", options),
      "1:17: parse error: unexpected identifier \"b\" in offset, expected number or duration");
  EXPECT_EQ(errorOf("a offset 5m + b", options), "no error");
  EXPECT_EQ(errorOf("a offset -5m + b", options), "no error");
}

TEST(Parser, JudgesCalculatedDurationsLast) {
  const ParseOptions options{.durationExpressions = true};
  EXPECT_EQ(errorOf("a[1m - 1m]", options), "2:9: duration must be greater than 0");
  EXPECT_EQ(errorOf("a offset (10m ^ 1m)", options), "10:18: duration is out of range");
  EXPECT_EQ(errorOf("a offset (1h ^ 3)", options), "no error");
  EXPECT_EQ(errorOf("a[1m - 1m] +", options), "1:13: parse error: unexpected end of input");
}

TEST(Parser, TakesWithoutForNoLabelOfAGrouping) {
  EXPECT_EQ(errorOf("sum by (without) (m)"),
            "1:9: parse error: unexpected <without> in grouping opts, expected label");
}

TEST(Printer, SplitsLongPartsOverLines) {
  EXPECT_EQ(printPretty(*parse(
                "sum by (job, instance, code) (rate(http_requests_total{code=~\"5..\",handler="
                "\"/api/v1/query_range\"}[5m])) / on (job) group_left () total")),
            R"(  sum by (job, instance, code) (
    rate(http_requests_total{code=~"5..",handler="/api/v1/query_range"}[5m])
  )
/ on (job) group_left ()
  total)");
}

}  // namespace orchestrator_exporter::promql
