#include "http/ingest/pushgateway/grouping_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::string fault(std::string_view path) {
  try {
    groupingKey(path);
  } catch (const ParseError& error) {
    return error.what();
  }
  return "no fault";
}

TEST(GroupingKey, HasAJobAndLabelsInTurn) {
  EXPECT_THAT(groupingKey("job/backup"), ElementsAre(Pair("job", "backup")));
  EXPECT_THAT(groupingKey("job/backup/"), ElementsAre(Pair("job", "backup")));
  EXPECT_THAT(groupingKey("job/backup/instance/db 1/zone/a+b"),
              ElementsAre(Pair("instance", "db 1"), Pair("job", "backup"), Pair("zone", "a+b")));
  EXPECT_THAT(groupingKey("job/backup/zone/"),
              ElementsAre(Pair("job", "backup"), Pair("zone", "")));
}

TEST(GroupingKey, DecodesBase64OfUrls) {
  EXPECT_THAT(groupingKey("job@base64/YS9i/path@base64/L3Zhci90bXA"),
              ElementsAre(Pair("job", "a/b"), Pair("path", "/var/tmp")));
  EXPECT_THAT(groupingKey("job/j/path@base64/L3Zhci90bXA="),
              ElementsAre(Pair("job", "j"), Pair("path", "/var/tmp")));
  EXPECT_THAT(groupingKey("job/j/x@base64/="), ElementsAre(Pair("job", "j"), Pair("x", "")));
  EXPECT_THAT(groupingKey("job/j/x@base64/Pz8_"), ElementsAre(Pair("job", "j"), Pair("x", "???")));
}

TEST(GroupingKey, SaysWhatIsWrongWithAPath) {
  EXPECT_EQ(fault("job"), "expected labels and values in turn, got 'job'");
  EXPECT_EQ(fault("job/j/x"), "expected labels and values in turn, got 'job/j/x'");
  EXPECT_EQ(fault("job/j/x/1/"), "expected labels and values in turn, got 'job/j/x/1/'");
  EXPECT_EQ(fault("job/"), "expected the name of a job");
  EXPECT_EQ(fault("job//"), "expected the name of a job");
  EXPECT_EQ(fault("job@base64/="), "expected the name of a job");
  EXPECT_EQ(fault("job/j/1x/v"), "expected the name of a label, got '1x'");
  EXPECT_EQ(fault("job/j/__x/v"), "expected the name of a label, got '__x'");
  EXPECT_EQ(fault("job/j//v"), "expected the name of a label, got ''");
  EXPECT_EQ(fault("job/j/x/1/x/2"), "the label x comes twice");
  EXPECT_EQ(fault("job/j/job/k"), "the label job comes twice");
  EXPECT_EQ(fault("job/j/x@base64/Y*E="), "expected base64url, got 'Y*E='");
  EXPECT_EQ(fault("job/j/x@base64/-_8"), "the value of x is not UTF-8");
}

}  // namespace
}  // namespace orchestrator_exporter::http::pushgateway
