#include "metrics/rules/result_writer.h"

#include <gtest/gtest.h>

#include <optional>

#include "metrics/float_histogram.h"
#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::rules {

namespace {

using history::test::kBegin;
using history::test::Stored;
using history::test::TemporaryDirectory;

class Results : public testing::Test {
 protected:
  Results() { begin(); }

  void begin() {
    writer_.emplace(std::shared_ptr<HistoryIntake>(std::shared_ptr<void>(), &host_.intake()),
                    [this](const std::string& fault) { faults_.push_back(fault); });
  }
  void write(const std::string& name, std::int64_t time, double value) {
    writer_->write({{.labels = {{"__name__", name}}, .time = time, .value = value}});
  }
  void restart() {
    writer_.reset();
    host_.restart();
    begin();
  }

  const TemporaryDirectory directory_;
  Stored host_{directory_.path()};
  std::vector<std::string> faults_;
  std::optional<ResultWriter> writer_;
};

TEST_F(Results, AreSeenBeforeTheyAreOnDisk) {
  write("r", kBegin, 1);
  EXPECT_EQ(host_.samples("r"), "1@0");
}

TEST_F(Results, OutliveTheProcessOnceTheyAreToBeKept) {
  write("r", kBegin, 1);
  writer_->keep();
  write("r", kBegin + 1000, 2);
  restart();
  EXPECT_EQ(host_.samples("r"), "1@0");
}

TEST_F(Results, OfSeveralGroupsComeToTheDiskInTheirOrder) {
  for (int i = 0; i < 5; ++i) {
    write("r", kBegin + i * 1000, i);
    writer_->keep();
  }
  restart();
  EXPECT_EQ(host_.samples("r"), "0@0 1@1 2@2 3@3 4@4");
}

TEST_F(Results, OfOneGroupMayBeMoreThanOneTransaction) {
  for (int i = 0; i < 2500; ++i) write("r" + std::to_string(i), kBegin, 1);
  writer_->keep();
  restart();
  for (const char* name : {"r0", "r999", "r1000", "r2499"}) EXPECT_EQ(host_.samples(name), "1@0");
}

TEST_F(Results, ThatTheHistoryDoesNotTakeAreNotKept) {
  write("r", kBegin, 1);
  write("r", kBegin, 2);
  writer_->keep();
  restart();
  EXPECT_EQ(host_.samples("r"), "1@0");
  EXPECT_TRUE(faults_.empty());
}

TEST_F(Results, MayBeHistograms) {
  const auto histogram = std::make_shared<FloatHistogram>();
  writer_->write({{.labels = {{"__name__", "h"}}, .time = kBegin, .histogram = histogram},
                  {.labels = {{"__name__", "r"}}, .time = kBegin, .value = 1}});
  writer_->keep();
  restart();
  EXPECT_EQ(host_.samples("r"), "1@0");
  EXPECT_EQ(host_.select("h").series.size(), 1U);
}

}  // namespace

}  // namespace orchestrator_exporter::rules
