#include "exporter/probes/background/found_samples.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/expositions.h"

namespace orchestrator_exporter::probes::test {

namespace {

std::string textOf(const FoundSamples& found) {
  return exposeText([&](Sink& out) { found.replay(out); });
}

}  // namespace

TEST(FoundSamples, GiveWhatTheSnapshotHad) {
  Snapshot snapshot;
  snapshot.gauge("probe_success", "Whether it is.").add(1);
  const auto phases = snapshot.gauge("probe_phase_seconds", "How long.", "seconds");
  phases.add(0.25, {{"phase", "connect"}, {"kind", ""}});
  phases.add(0.5, {{"phase", "with \"quotes\" and\nlines"}});
  snapshot.counter("probe_bytes_total", "How much.").add(3);
  EXPECT_EQ(textOf(FoundSamples(snapshot)), exposeText([&](Sink& out) { snapshot.replay(out); }));
}

TEST(FoundSamples, StayWhenTheSnapshotIsFilledAgain) {
  Snapshot snapshot;
  snapshot.gauge("probe_info", "What it is.").add(1, {{"version", "one"}});
  const FoundSamples first(snapshot);
  const std::string text = textOf(first);
  snapshot.clear();
  snapshot.gauge("probe_info", "Told otherwise.").add(2, {{"version", "two"}});
  EXPECT_EQ(textOf(first), text);
  EXPECT_NE(textOf(FoundSamples(snapshot)).find("Told otherwise."), std::string::npos);
}

TEST(FoundSamples, MayBeNone) { EXPECT_EQ(textOf(FoundSamples(Snapshot())), ""); }

}  // namespace orchestrator_exporter::probes::test
