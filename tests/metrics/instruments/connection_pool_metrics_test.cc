#include "metrics/instruments/connection_pool_metrics.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/registry_test.h"

namespace orchestrator_exporter {

class ConnectionPoolMetricsTest : public RegistryTest {
 protected:
  std::string connections(const std::string& state) {
    return value("connection_pool_connections{pool=\"orders\",state=\"" + state + "\"}");
  }

  ConnectionPoolMetrics pool{registry, "orders", 20};
};

TEST_F(ConnectionPoolMetricsTest, ShowsAnEmptyPool) {
  EXPECT_EQ(value("connection_pool_max_connections{pool=\"orders\"}"), "20");
  for (const char* state : {"idle", "in_use", "pending"}) EXPECT_EQ(connections(state), "0");
}

TEST_F(ConnectionPoolMetricsTest, FollowsAConnectionThroughItsLife) {
  pool.opened();
  EXPECT_EQ(connections("idle"), "1");
  pool.asked();
  EXPECT_EQ(connections("pending"), "1");
  pool.acquired(std::chrono::milliseconds(3));
  EXPECT_EQ(connections("pending"), "0");
  EXPECT_EQ(connections("in_use"), "1");
  EXPECT_EQ(connections("idle"), "0");
  EXPECT_EQ(value("connection_pool_wait_seconds_sum{pool=\"orders\"}"), "0.003");
  pool.released();
  EXPECT_EQ(connections("idle"), "1");
  pool.closed("idle_timeout");
  EXPECT_EQ(connections("idle"), "0");
  EXPECT_EQ(value("connection_pool_opened_total{pool=\"orders\"}"), "1");
  EXPECT_EQ(value("connection_pool_closed_total{pool=\"orders\",reason=\"idle_timeout\"}"), "1");
}

TEST_F(ConnectionPoolMetricsTest, CountsWhatGoesWrong) {
  pool.opened();
  pool.asked();
  pool.acquired(0.0);
  pool.broken("reset");
  pool.asked();
  pool.timedOut();
  EXPECT_EQ(connections("in_use"), "0");
  EXPECT_EQ(connections("pending"), "0");
  EXPECT_EQ(value("connection_pool_closed_total{pool=\"orders\",reason=\"reset\"}"), "1");
  EXPECT_EQ(value("connection_pool_timeouts_total{pool=\"orders\"}"), "1");
}

TEST_F(ConnectionPoolMetricsTest, NeedsAName) {
  EXPECT_THROW(ConnectionPoolMetrics(registry, "", 1), std::invalid_argument);
  EXPECT_THROW(ConnectionPoolMetrics(registry, "\xff", 1), std::invalid_argument);
}

}  // namespace orchestrator_exporter
