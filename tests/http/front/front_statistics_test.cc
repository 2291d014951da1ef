#include "http/front/front_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/expositions.h"

namespace orchestrator_exporter::http {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string given(const FrontStatistics& statistics) {
  return exposeText([&](Sink& out) { statistics.collect(out); });
}

std::atomic<std::uint64_t>& closed(FrontStatistics& statistics, CloseReason reason) {
  return statistics.closed[static_cast<std::size_t>(reason)];
}

}  // namespace

TEST(FrontStatistics, SayNothingWhileNobodyTroublesTheServer) {
  FrontStatistics statistics;
  statistics.countAnswer(200);
  statistics.countAnswer(304);
  closed(statistics, CloseReason::kIdleTimeout) = 3;
  EXPECT_THAT(given(statistics), IsEmpty());
}

TEST(FrontStatistics, CountRefusalsByStatus) {
  FrontStatistics statistics;
  statistics.countAnswer(403);
  statistics.countAnswer(403);
  statistics.countAnswer(431);
  EXPECT_THAT(
      given(statistics),
      AllOf(HasSubstr("\norchestrator_exporter_http_requests_refused_total{code=\"403\"} 2\n"),
            HasSubstr("\norchestrator_exporter_http_requests_refused_total{code=\"431\"} 1\n"),
            Not(HasSubstr("code=\"404\""))));
}

TEST(FrontStatistics, CountAnUnusualStatusAsTheFirstOfItsHundred) {
  FrontStatistics statistics;
  statistics.countAnswer(418);
  statistics.countAnswer(599);
  EXPECT_THAT(given(statistics), AllOf(HasSubstr("_refused_total{code=\"400\"} 1"),
                                       HasSubstr("_refused_total{code=\"500\"} 1")));
}

TEST(FrontStatistics, TellConnectionsOnceSomethingHappened) {
  FrontStatistics statistics;
  statistics.connections[static_cast<std::size_t>(ConnectionState::kHead)] = 7;
  closed(statistics, CloseReason::kHeadTimeout) = 2;
  EXPECT_THAT(given(statistics),
              AllOf(HasSubstr("\norchestrator_exporter_http_connections{state=\"head\"} 7\n"),
                    HasSubstr("\norchestrator_exporter_http_connections{state=\"idle\"} 0\n"),
                    HasSubstr("_closed_total{reason=\"head_timeout\"} 2\n"),
                    Not(HasSubstr("reason=\"none\""))));
}

}  // namespace orchestrator_exporter::http
