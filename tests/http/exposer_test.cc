#include "http/exposer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <memory>
#include <stdexcept>

#include "metrics/registry/metrics_registry.h"
#include "tests/support/http_client.h"

namespace orchestrator_exporter::http {
namespace {

using testing::HasSubstr;
using testing::Not;

class ExposerTest : public testing::Test {
 protected:
  ExposerTest() {
    prometheus::BuildCounter().Name("theirs_total").Help("h").Register(*theirs).Add({}).Increment();
  }
  std::string scrape() const {
    test::HttpClient client(exposer.GetListeningPorts().at(0));
    const auto answer = client.get("/metrics");
    return answer ? answer->body : "no answer";
  }

  std::shared_ptr<prometheus::Registry> theirs = std::make_shared<prometheus::Registry>();
  Exposer exposer{"127.0.0.1:0"};
};

TEST_F(ExposerTest, ServesRegistriesOfBothKinds) {
  const auto ours = std::make_shared<MetricsRegistry>();
  ours->counter("ours_total", "h").with({}).add(2);
  exposer.RegisterCollectable(theirs);
  exposer.RegisterCollectable(ours);
  const std::string text = scrape();
  EXPECT_THAT(text, HasSubstr("theirs_total 1\n"));
  EXPECT_THAT(text, HasSubstr("ours_total 2\n"));
}

TEST_F(ExposerTest, ForgetsWhatIsRemovedOrGone) {
  exposer.RegisterCollectable(theirs);
  exposer.RemoveCollectable(theirs);
  EXPECT_THAT(scrape(), Not(HasSubstr("theirs_total")));
  exposer.RegisterCollectable(theirs);
  EXPECT_THAT(scrape(), HasSubstr("theirs_total"));
  theirs.reset();
  EXPECT_THAT(scrape(), Not(HasSubstr("theirs_total")));
}

TEST_F(ExposerTest, RefusesAnotherPath) {
  EXPECT_THROW(exposer.RegisterCollectable(theirs, "/other"), std::invalid_argument);
  EXPECT_THROW(exposer.RemoveCollectable(theirs, "/other"), std::invalid_argument);
}

TEST(Exposer, RefusesAnAddressInUse) {
  const Exposer first("127.0.0.1:0");
  EXPECT_THROW(Exposer("127.0.0.1:" + std::to_string(first.GetListeningPorts().at(0))),
               std::runtime_error);
}

}  // namespace
}  // namespace orchestrator_exporter::http
