#include "http/endpoints/health.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http {
namespace {

TEST(Health, IsGoodAsLongAsTheProcessAnswers) {
  const Response response = healthyEndpoint()(Request{});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "healthy\n");
}

TEST(Health, IsReadyWhileItAccepts) {
  bool accepting = true;
  const Endpoint ready = readyEndpoint([&accepting] { return accepting; });
  EXPECT_EQ(ready(Request{}).status, 200);
  accepting = false;
  EXPECT_EQ(ready(Request{}).status, 503);
}

}  // namespace
}  // namespace orchestrator_exporter::http
