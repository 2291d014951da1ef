#include "metrics/instruments/network_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

using testing::HasSubstr;
using testing::Not;

class NetworkMetricsTest : public RegistryTest {
 protected:
  std::string breaker(const std::string& state) {
    return value("network_circuit_breaker_state{breaker=\"b\",state=\"" + state + "\"}");
  }

  NetworkMetrics metrics{registry};
};

TEST_F(NetworkMetricsTest, FillsEveryFamily) {
  metrics.setActiveProcesses(4);
  metrics.setActiveConnections(12);
  metrics.setPartitions(2);
  metrics.recordLatency("a", "b", std::chrono::milliseconds(2));
  metrics.setMessageBacklog("a", "out", 9);
  EXPECT_EQ(value("network_active_processes"), "4");
  EXPECT_EQ(value("network_active_connections"), "12");
  EXPECT_EQ(value("network_partitions"), "2");
  EXPECT_EQ(value("network_latency_seconds_sum{from_process=\"a\",to_process=\"b\"}"), "0.002");
  EXPECT_EQ(value("network_latency_seconds_bucket{from_process=\"a\",to_process=\"b\","
                  "le=\"0.0025\"}"),
            "1");
  EXPECT_EQ(value("network_message_backlog{port=\"out\",process_id=\"a\"}"), "9");
}

TEST_F(NetworkMetricsTest, ShowsACircuitBreakerAsAStateSet) {
  metrics.setCircuitBreaker("b", CircuitState::kClosed);
  EXPECT_EQ(breaker("closed"), "1");
  EXPECT_EQ(breaker("open"), "0");
  EXPECT_EQ(breaker("half_open"), "0");
  metrics.setCircuitBreaker("b", CircuitState::kHalfOpen);
  EXPECT_EQ(breaker("closed"), "0");
  EXPECT_EQ(breaker("open"), "0");
  EXPECT_EQ(breaker("half_open"), "1");
}

TEST_F(NetworkMetricsTest, RefusesAndCountsBadValues) {
  metrics.setActiveProcesses(-1);
  metrics.setActiveConnections(std::numeric_limits<double>::quiet_NaN());
  metrics.setPartitions(std::numeric_limits<double>::infinity());
  metrics.recordLatency("a", "", 1);
  metrics.recordLatency("a", "b", -1);
  metrics.setMessageBacklog("a", "out", -0.5);
  metrics.setCircuitBreaker("\xFF", CircuitState::kOpen);
  EXPECT_EQ(rejected("negative"), "3");
  EXPECT_EQ(rejected("not_a_number"), "1");
  EXPECT_EQ(rejected("out_of_range"), "1");
  EXPECT_EQ(rejected("empty_identifier"), "1");
  EXPECT_EQ(rejected("not_utf8"), "1");
  EXPECT_THAT(text(), Not(HasSubstr("network_")));
}

}  // namespace orchestrator_exporter
