// Every bad value of every call: refused, counted once under its reason, and without any effect.
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "metrics/recording/metrics_collector.h"
#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::string_view kNotUtf8 = "a\xC0\x80z";  // an overlong NUL

struct BadCall {
  std::string name;
  std::string reason;
  std::function<void(MetricsCollector&)> make;
};

// All numbers that no call takes, for a call that takes a number.
void addNumbers(std::vector<BadCall>& calls, const std::string& name,
                const std::function<void(MetricsCollector&, double)>& call) {
  const std::pair<double, const char*> numbers[] = {{-1, "negative"},
                                                    {-1e-300, "negative"},
                                                    {-kInfinity, "negative"},
                                                    {kNaN, "not_a_number"},
                                                    {kInfinity, "out_of_range"}};
  for (const auto& [number, reason] : numbers) {
    calls.push_back({name + " " + std::to_string(number), reason,
                     [call, number = number](MetricsCollector& to) { call(to, number); }});
  }
}

// All texts that no call takes, for each of `count` identifiers; the others are the right ones.
void addTexts(
    std::vector<BadCall>& calls, const std::string& name,
    const std::vector<std::string_view>& right,
    const std::function<void(MetricsCollector&, const std::vector<std::string_view>&)>& call) {
  const std::pair<std::string_view, const char*> texts[] = {{"", "empty_identifier"},
                                                            {kNotUtf8, "not_utf8"},
                                                            {"\xFF", "not_utf8"},
                                                            {"\xED\xA0\x80", "not_utf8"}};
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (const auto& [text, reason] : texts) {
      std::vector<std::string_view> wrong = right;
      wrong[i] = text;
      calls.push_back({name + " identifier " + std::to_string(i) + " " + reason, reason,
                       [call, wrong](MetricsCollector& to) { call(to, wrong); }});
    }
  }
}

std::vector<BadCall> badNumbers() {
  std::vector<BadCall> calls;
  addNumbers(calls, "tokens", [](auto& to, double n) { to.recordTokenUsage("o", "m", n); });
  addNumbers(calls, "latency", [](auto& to, double n) { to.recordMessageLatency("o", n); });
  addNumbers(calls, "duration", [](auto& to, double n) {
    to.recordMessageLatency("o", std::chrono::duration<double>(n));
  });
  addNumbers(calls, "load", [](auto& to, double n) { to.updateNodeLoad("n", n); });
  addNumbers(calls, "budget",
             [](auto& to, double n) { to.updateBudgetUtilization("o", "daily", n); });
  addNumbers(calls, "memory", [](auto& to, double n) { to.recordMemoryUsage("c", n); });
  addNumbers(calls, "query", [](auto& to, double n) { to.recordQueryPerformance("q", n); });
  addNumbers(calls, "rows", [](auto& to, double n) { to.recordQueryPerformance("q", 1, n); });
  addNumbers(calls, "trace", [](auto& to, double n) { to.recordTraceOverhead(n, 1); });
  addNumbers(calls, "events", [](auto& to, double n) { to.recordTraceOverhead(1, n); });
  addNumbers(calls, "bound tokens", [](auto& to, double n) { to.tokenUsage("o", "m").add(n); });
  addNumbers(calls, "bound latency", [](auto& to, double n) { to.messageLatency("o").observe(n); });
  calls.push_back({"load above 1", "out_of_range",
                   [](auto& to) { to.updateNodeLoad("n", 1.0000000000000002); }});
  calls.push_back({"custom metric that is infinite", "out_of_range",
                   [](auto& to) { to.recordCustomMetric("m", -kInfinity); }});
  calls.push_back({"custom metric that is no number", "not_a_number",
                   [](auto& to) { to.recordCustomMetric("m", kNaN); }});
  return calls;
}

std::vector<BadCall> badTexts() {
  std::vector<BadCall> calls;
  addTexts(calls, "start", {"o", "t"},
           [](auto& to, const auto& t) { to.recordSessionStart(t[0], t[1]); });
  addTexts(calls, "end", {"o", "t"},
           [](auto& to, const auto& t) { to.recordSessionEnd(t[0], t[1]); });
  addTexts(calls, "tokens", {"o", "m"},
           [](auto& to, const auto& t) { to.recordTokenUsage(t[0], t[1], 1); });
  addTexts(calls, "latency", {"o"},
           [](auto& to, const auto& t) { to.recordMessageLatency(t[0], 1); });
  addTexts(calls, "tool", {"o", "bash", "success"},
           [](auto& to, const auto& t) { to.recordToolInvocation(t[0], t[1], t[2]); });
  addTexts(calls, "delegation", {"o", "p", "success"},
           [](auto& to, const auto& t) { to.recordDelegation(t[0], t[1], t[2]); });
  addTexts(calls, "error", {"o", "e"}, [](auto& to, const auto& t) { to.recordError(t[0], t[1]); });
  addTexts(calls, "load", {"n"}, [](auto& to, const auto& t) { to.updateNodeLoad(t[0], 0.5); });
  addTexts(calls, "custom", {"m", "ms"},
           [](auto& to, const auto& t) { to.recordCustomMetric(t[0], 5, t[1]); });
  addTexts(calls, "memory", {"c"}, [](auto& to, const auto& t) { to.recordMemoryUsage(t[0], 5); });
  addTexts(calls, "query", {"q"},
           [](auto& to, const auto& t) { to.recordQueryPerformance(t[0], 5, 1); });
  addTexts(calls, "budget", {"o", "daily"},
           [](auto& to, const auto& t) { to.updateBudgetUtilization(t[0], t[1], 5); });
  return calls;
}

std::vector<BadCall> badChoices() {
  return {
      {"tool status", "unknown_value",
       [](auto& to) { to.recordToolInvocation("o", "bash", "rejected"); }},
      {"tool status in capitals", "unknown_value",
       [](auto& to) { to.recordToolInvocation("o", "bash", "SUCCESS"); }},
      {"delegation status", "unknown_value",
       [](auto& to) { to.recordDelegation("o", "p", "timeout"); }},
      {"period", "unknown_value", [](auto& to) { to.updateBudgetUtilization("o", "yearly", 5); }}};
}

class BadValues : public RegistryTest, public testing::WithParamInterface<bool> {
 protected:
  BadValues() {
    collector.recordSessionStart("o", "t");
    collector.recordTokenUsage("o", "m", 1500);
    collector.recordMessageLatency("o", 250);
    collector.recordToolInvocation("o", "bash", "success");
    collector.recordDelegation("o", "p", "error");
    collector.recordError("o", "e");
    collector.updateNodeLoad("n", 0.5);
    collector.updateBudgetUtilization("o", "daily", 120);
  }

  // The page without what counts rejections.
  std::string families() {
    const std::string all = text();
    std::string rest;
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = all.find('\n', at) + 1;
      const std::string line = all.substr(at, end - at);
      if (line.find("rejected_updates") == std::string::npos) rest += line;
      at = end;
    }
    return rest;
  }

  void expectRefused(const std::vector<BadCall>& calls) {
    const std::string before = families();
    for (const BadCall& call : calls) {
      SCOPED_TRACE(call.name);
      const std::string counted = rejected(call.reason);
      call.make(collector);
      EXPECT_EQ(rejected(call.reason),
                std::to_string(counted == "none" ? 1 : std::stoi(counted) + 1));
      ASSERT_EQ(families(), before);
    }
    const AggregatedStats stats = collector.aggregatedStats("o");
    EXPECT_EQ(stats.totalTokens, 1500);
    EXPECT_EQ(stats.activeSessions, 1);
    EXPECT_EQ(stats.latency.messages, 1u);
    EXPECT_EQ(stats.toolInvocations, 1u);
    EXPECT_EQ(stats.delegations, 1u);
    EXPECT_EQ(stats.errors, 1u);
  }

  MetricsCollector collector{registry, {.enableBatching = GetParam()}};
};

INSTANTIATE_TEST_SUITE_P(Batching, BadValues, testing::Bool(),
                         [](const auto& batching) { return batching.param ? "On" : "Off"; });

TEST_P(BadValues, OfNumbersAreRefusedCountedAndHarmless) { expectRefused(badNumbers()); }
TEST_P(BadValues, OfIdentifiersAreRefusedCountedAndHarmless) { expectRefused(badTexts()); }
TEST_P(BadValues, OfChoicesAreRefusedCountedAndHarmless) { expectRefused(badChoices()); }

}  // namespace orchestrator_exporter
