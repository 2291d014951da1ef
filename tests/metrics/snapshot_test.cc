#include "metrics/snapshot.h"

#include <gtest/gtest.h>

#include "tests/support/expositions.h"

namespace orchestrator_exporter {

void giveAll(Sink& out) {
  const Bucket buckets[] = {{1, 1}, {2, 2}};
  const Quantile quantiles[] = {{0.5, 1}};
  out.counter("a_total", "A.", "things").add(1, {{"x", "1"}});
  out.gauge("b", "B.").add(2);
  out.histogram("h", "H.").add({.buckets = buckets, .count = 3, .sum = 4}, {{"x", "2"}});
  out.summary("s", "S.").add({.quantiles = quantiles, .count = 1, .sum = 1});
  out.counter("a_total", "A.", "things").add(3, {{"x", "3"}});
}

TEST(Snapshot, GivesWhatItWasGiven) {
  Snapshot samples;
  giveAll(samples);
  EXPECT_EQ(exposeText([&](Sink& out) { samples.replay(out); }), exposeText(giveAll));
}

TEST(Snapshot, KeepsTwoTypesOfOneNameApart) {
  Snapshot samples;
  samples.gauge("a", "A.").add(1);
  samples.counter("a", "A.").add(2);
  const auto writer = ExpositionWriter::make({});
  samples.replay(*writer);
  EXPECT_EQ(writer->refusals().typeConflicts, 1u);
}

TEST(Snapshot, IsEmptyAfterClear) {
  Snapshot samples;
  giveAll(samples);
  samples.clear();
  EXPECT_TRUE(samples.empty());
  giveAll(samples);
  EXPECT_EQ(exposeText([&](Sink& out) { samples.replay(out); }), exposeText(giveAll));
}

}  // namespace orchestrator_exporter
