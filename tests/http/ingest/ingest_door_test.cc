#include "http/ingest/ingest_door.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>

#include "metrics/pushed/pushed_metrics.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter::http {
namespace {

using testing::HasSubstr;
using testing::Not;

class IngestDoorTest : public testing::Test {
 protected:
  std::string page() {
    return exposeText([this](Sink& out) { door.statistics().collect(out); });
  }

  PushedMetrics store;
  IngestDoor door{store, 1'000, [](const std::string&) {}};
};

TEST_F(IngestDoorTest, LetsTwoDecodeAtOnce) {
  std::optional<IngestDoor::Turn> first(door);
  const IngestDoor::Turn second(door);
  int status = 0;
  std::jthread third([&] {
    try {
      const IngestDoor::Turn turn(door);
      status = 200;
    } catch (const HttpError& error) {
      status = error.status();
    }
  });
  first.reset();
  third.join();
  EXPECT_EQ(status, 200);
}

TEST_F(IngestDoorTest, SendsOthersAwayAfterASecond) {
  const IngestDoor::Turn first(door);
  const IngestDoor::Turn second(door);
  try {
    const IngestDoor::Turn third(door);
    FAIL();
  } catch (const HttpError& error) {
    EXPECT_EQ(error.status(), 503);
    EXPECT_EQ(error.headers(), (Fields{{"Retry-After", "1"}}));
  }
}

TEST_F(IngestDoorTest, CountsWhatWasRefusedBeforeItWasRead) {
  const auto refused = door.refusals("records");
  refused(HttpError(403, "pushes from afar need a token"));
  refused(HttpError(403, "pushes from afar need a token"));
  EXPECT_THAT(page(), HasSubstr("orchestrator_exporter_ingest_requests_total{code=\"403\","
                                "protocol=\"records\"} 2\n"));
  EXPECT_THAT(page(), Not(HasSubstr("last_timestamp_seconds{"))) << "nothing was taken yet";
}

TEST_F(IngestDoorTest, RefusesLargeBodies) {
  std::string buffer;
  EXPECT_EQ(door.bodyOf({.body = std::string(1'000, 'x')}, buffer).size(), 1'000u);
  EXPECT_THROW(door.bodyOf({.body = std::string(1'001, 'x')}, buffer), HttpError);
  EXPECT_EQ(door.bodyLimit(), 1'000u);
}

TEST_F(IngestDoorTest, TellsOfItselfFromTheFirstPushOn) {
  EXPECT_EQ(page(), "");
  const auto now = std::chrono::steady_clock::now();
  door.note("otlp_metrics", {.body = "12345"}, 200, "", now);
  door.note("otlp_metrics", {.body = "1"}, 400, "it is broken", now);
  door.statistics().countPoints("otlp_metrics", {.accepted = 7, .rejected = 1});
  const std::string shown = page();
  EXPECT_THAT(shown, HasSubstr("requests_total{code=\"200\",protocol=\"otlp_metrics\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("requests_total{code=\"400\",protocol=\"otlp_metrics\"} 1\n"));
  EXPECT_THAT(shown, HasSubstr("points_total{protocol=\"otlp_metrics\",result=\"accepted\"} 7\n"));
  EXPECT_THAT(shown, HasSubstr("ingest_bytes_total{protocol=\"otlp_metrics\"} 6\n"));
  EXPECT_THAT(shown, HasSubstr("ingest_series{protocol=\"otlp_metrics\"} 0\n"));
  EXPECT_THAT(shown, HasSubstr("duration_seconds_count{protocol=\"otlp_metrics\"} 2\n"));
}

TEST_F(IngestDoorTest, AsksWhoKeepsItForTheNumberOfSeries) {
  door.statistics().countSeriesBy("elsewhere", [] { return std::size_t{7}; });
  door.note("elsewhere", {}, 200, "", std::chrono::steady_clock::now());
  EXPECT_THAT(page(), HasSubstr("ingest_series{protocol=\"elsewhere\"} 7\n"));
}

TEST_F(IngestDoorTest, TellsNoNumberOfSeriesThatAreNotCounted) {
  door.statistics().doNotCountSeriesOf("elsewhere");
  door.note("elsewhere", {}, 200, "", std::chrono::steady_clock::now());
  EXPECT_THAT(page(), Not(HasSubstr("ingest_series")));
}

}  // namespace
}  // namespace orchestrator_exporter::http
