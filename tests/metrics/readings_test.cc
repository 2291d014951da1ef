#include "metrics/readings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

#include "tests/support/expositions.h"
#include "tests/support/manual_clock.h"

namespace orchestrator_exporter {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Readings of one counter that tells how often it was read, with clocks that the test moves.
class ReadingsOf {
 public:
  ReadingsOf()
      : readings({seconds(10), clock.wall(), clock.steady(),
                  [this](const std::string& why) { failures.push_back(why); }}) {
    readings.add([this](const Wanted&, Sink& out) {
      if (broken) throw std::runtime_error("broken");
      out.counter("reads_total", "Reads.").add(++reads);
    });
  }

  void listen() {
    readings.listen([this](const std::shared_ptr<const Snapshot>& snapshot) {
      heard.push_back(exposeText([&](Sink& out) { snapshot->replay(out); }));
      times.push_back(snapshot->time);
    });
  }
  std::string scrape(const Wanted& wanted = {},
                     Readings::HandsOn who = Readings::HandsOn::kThread) {
    return exposeText([&](Sink& out) { readings.read(wanted, out, who); });
  }
  void pass(milliseconds time) { clock.advance(time); }

  ManualClock clock;
  double reads = 0;
  bool broken = false;
  std::vector<std::string> heard;
  std::vector<std::chrono::system_clock::time_point> times;
  std::vector<std::string> failures;
  Readings readings;
};

}  // namespace

TEST(Readings, GiveEachSourceInItsOrder) {
  Readings readings;
  std::string order;
  readings.add([&](const Wanted&, Sink&) { order += "a"; });
  readings.add([&](const Wanted&, Sink&) { order += "b"; });
  exposeText([&](Sink& out) { readings.read({}, out); });
  EXPECT_EQ(order, "ab");
}

TEST(Readings, LeaveOutSourcesWithoutPartsIfAChoiceIsMade) {
  Readings readings;
  Snapshot recorded;
  recorded.gauge("recorded", "R.").add(1);
  Snapshot always;
  always.gauge("always", "A.").add(1);
  readings.add(recorded);
  readings.add(always, Readings::WhenParted::kGiven);
  const std::string text = exposeText([&](Sink& out) { readings.read({.only = {"cpu"}}, out); });
  EXPECT_THAT(text, HasSubstr("always 1"));
  EXPECT_THAT(text, testing::Not(HasSubstr("recorded 1")));
}

TEST(Readings, KeepNothingIfNobodyListens) {
  ReadingsOf one;
  one.readings.start();
  one.pass(seconds(20));
  EXPECT_THAT(one.scrape(), HasSubstr("reads_total 1"));
  one.pass(seconds(20));
  EXPECT_THAT(one.scrape(), HasSubstr("reads_total 2"));
}

TEST(Readings, AreMadeByTheBeatIfNoScrapeComes) {
  ReadingsOf one;
  one.listen();
  EXPECT_EQ(one.readings.beat(), seconds(10));
  one.pass(seconds(9));
  EXPECT_EQ(one.readings.beat(), seconds(1));
  one.pass(seconds(1));
  one.readings.beat();
  EXPECT_THAT(one.heard, ElementsAre(HasSubstr("reads_total 1"), HasSubstr("reads_total 2")));
}

TEST(Readings, CarryTheTimeOfTheWallClock) {
  ReadingsOf one;
  one.listen();
  one.pass(milliseconds(1'500));
  one.readings.beat();
  EXPECT_THAT(one.times, ElementsAre(one.clock.now()));
}

TEST(Readings, TellHowLongTheyTook) {
  ManualClock clock;
  Readings readings({seconds(10), clock.wall(), clock.steady()});
  readings.add([&](const Wanted&, Sink&) { clock.advance(milliseconds(40)); });
  std::vector<double> took;
  readings.listen([&](const std::shared_ptr<const Snapshot>& snapshot) {
    took.push_back(snapshot->took.count());
  });
  readings.beat();
  clock.advance(seconds(10));
  exposeText([&](Sink& out) { readings.read({}, out); });
  readings.beat();
  EXPECT_THAT(took, ElementsAre(0.04, 0.04));
}

TEST(Readings, BeatAtTheIntervalThatIsSet) {
  ReadingsOf one;
  one.listen();
  one.readings.setInterval(seconds(1));
  EXPECT_EQ(one.readings.beat(), seconds(1));
}

TEST(Readings, ChangeTheirIntervalWhileTheyBeat) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(seconds(4));
  one.readings.setInterval(seconds(3));
  EXPECT_EQ(one.readings.beat(), seconds(3));
  EXPECT_EQ(one.reads, 2);
}

TEST(Readings, BeatAtTheirPhaseFromTheSecondOn) {
  ReadingsOf one;
  one.listen();
  one.readings.setPhase(seconds(23));
  one.pass(seconds(1));
  EXPECT_EQ(one.readings.beat(), seconds(12)) << "from 1 s to 13 s, since 3 s is too soon";
  one.pass(milliseconds(12'250));
  EXPECT_EQ(one.readings.beat(), milliseconds(9'750)) << "what came late does not shift the next";
  EXPECT_EQ(one.reads, 2);
}

TEST(Readings, LetScrapesHaveTheirOwnPhase) {
  ReadingsOf one;
  one.listen();
  one.readings.setPhase(seconds(3));
  one.readings.beat();
  one.pass(seconds(10));
  one.scrape();
  EXPECT_EQ(one.readings.beat(), seconds(11));
}

TEST(Readings, AreSharedByAScrapeAndTheBeat) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(seconds(9));
  EXPECT_THAT(one.scrape(), HasSubstr("reads_total 2"));
  one.pass(seconds(1));
  one.readings.beat();
  EXPECT_EQ(one.reads, 2);
  EXPECT_THAT(one.heard, ElementsAre(HasSubstr("reads_total 1"), HasSubstr("reads_total 2")));
}

TEST(Readings, AreTakenOverByScrapesThatComeOnceAnInterval) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(seconds(4));
  one.scrape();  // the first: nobody knows how it goes on
  one.pass(seconds(6));
  one.readings.beat();
  const double before = one.reads;
  for (int i = 0; i < 3; ++i) {
    one.pass(i == 0 ? seconds(4) : seconds(9));
    one.scrape();
    one.pass(seconds(1));
    one.readings.beat();
  }
  EXPECT_EQ(one.reads, before + 3);
  // Two of the beat and those of the scrapes, without the first: it came too soon after a beat.
  EXPECT_EQ(one.heard.size(), 4U);
}

TEST(Readings, AreNotMadeTwiceAnIntervalForScrapesThatComeMoreOften) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  for (int i = 0; i < 3; ++i) {
    one.pass(seconds(4));
    one.scrape();
    one.readings.beat();
  }
  EXPECT_EQ(one.heard.size(), 2U);
}

TEST(Readings, LetTheNextScrapeGoFirst) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(seconds(10));
  one.scrape();
  EXPECT_EQ(one.readings.beat(), seconds(11));
  one.pass(milliseconds(10'500));                       // a scrape that comes a little late
  EXPECT_EQ(one.readings.beat(), milliseconds(1'000));  // looks again soon, and reads nothing
  EXPECT_EQ(one.reads, 2);
}

TEST(Readings, AreNotKeptForAScrapeSoonAfterTheLast) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(milliseconds(8'900));
  EXPECT_THAT(one.scrape(), HasSubstr("reads_total 2"));
  one.readings.beat();
  EXPECT_EQ(one.heard.size(), 1u);
}

TEST(Readings, AreNotKeptForAScrapeOfSomeParts) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(seconds(10));
  one.scrape({.except = {"cpu"}});
  EXPECT_EQ(one.heard.size(), 1u);
  one.readings.beat();
  EXPECT_EQ(one.heard.size(), 2u);
}

TEST(Readings, GiveAScrapeTheSameWithAndWithoutListeners) {
  const auto awkward = [](const Wanted&, Sink& out) {
    out.uniqueFamily({"prepared", "P.", MetricType::kGauge}).preparedSample(1, "{a=\"\\\"x\"}", {});
    const Label labels[] = {{"trace_id", "abc"}};
    const Exemplar exemplar{labels, 2, 3};
    out.counter("c_total", "C.").add(5, std::span<const Label>(), {.exemplar = &exemplar});
    const Bucket buckets[] = {{1, 1, &exemplar}, {2, 2, nullptr}};
    out.histogram("h", "H.").add({.buckets = buckets, .count = 3, .sum = 4}, {{"x", "2"}});
    out.gauge("c_total", "Another type.").add(1);
    out.gauge("twice", "T.").add(1);
    out.gauge("twice", "T.").add(1);
  };
  Readings alone;
  alone.add(awkward);
  Readings heard;
  heard.add(awkward);
  int snapshots = 0;
  heard.listen([&](const auto&) { ++snapshots; });
  heard.beat();
  const auto openMetrics = [](Readings& readings) {
    const auto writer = ExpositionWriter::make({.format = Format::kOpenMetrics100});
    readings.read({}, *writer);
    std::string text;
    for (const std::string_view part : writer->finish()) text += part;
    return text + std::to_string(writer->refusals().total());
  };
  EXPECT_EQ(openMetrics(heard), openMetrics(alone));
  EXPECT_EQ(snapshots, 1);
}

TEST(Readings, AreHandedOnByTheCallerThatFilledThem) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(seconds(10));
  one.scrape({}, Readings::HandsOn::kCaller);
  EXPECT_EQ(one.heard.size(), 1U) << "its answer goes first";
  one.readings.handOn();
  EXPECT_THAT(one.heard, ElementsAre(HasSubstr("reads_total 1"), HasSubstr("reads_total 2")));
  one.readings.handOn();
  EXPECT_EQ(one.heard.size(), 2U) << "there is none any more";
}

TEST(Readings, AreHandedOnByTheNextBeatIfTheirCallerDoesNot) {
  ReadingsOf one;
  one.listen();
  one.readings.beat();
  one.pass(seconds(10));
  one.scrape({}, Readings::HandsOn::kCaller);
  one.readings.beat();
  EXPECT_EQ(one.heard.size(), 2U);
}

TEST(Readings, AreLeftToTheThreadIfTheyAreLong) {
  ReadingsOf one;
  one.readings.add([](const Wanted&, Sink& out) {
    auto family = out.gauge("many", "M.");
    for (int i = 0; i < 5000; ++i) family.add(i, {{"i", std::to_string(i)}});
  });
  one.listen();
  one.readings.beat();
  one.pass(seconds(10));
  one.scrape({}, Readings::HandsOn::kCaller);
  one.readings.handOn();
  EXPECT_EQ(one.heard.size(), 1U);
  one.readings.beat();
  EXPECT_EQ(one.heard.size(), 2U);
}

TEST(Readings, AreHandedToListenersInTheirOrder) {
  ReadingsOf one;
  std::string order;
  one.readings.listen([&](const auto&) { order += "a"; });
  one.readings.listen([&](const auto&) { order += "b"; });
  one.readings.beat();
  EXPECT_EQ(order, "ab");
}

TEST(Readings, TellListenersOfASourceThatFailedByAGap) {
  ReadingsOf one;
  one.listen();
  one.broken = true;
  one.readings.beat();
  EXPECT_THAT(one.heard, IsEmpty());
  EXPECT_THAT(one.failures, ElementsAre("broken"));
  one.broken = false;
  one.pass(seconds(10));
  one.readings.beat();
  EXPECT_EQ(one.heard.size(), 1u);
}

TEST(Readings, ComeEachSecondWhileSomebodyLooks) {
  ReadingsOf host;
  host.listen();
  int all = 0;
  host.readings.listen([&](const auto&) { ++all; }, Readings::WhenWatched::kAllReadings);
  host.readings.beat();
  {
    const Readings::Watch watch(host.readings);
    for (int second = 0; second < 20; ++second) {
      host.pass(seconds(1));
      host.readings.beat();
    }
  }
  EXPECT_EQ(all, 21);
  EXPECT_EQ(host.heard.size(), 3U) << "the beat of ten seconds goes on as it was";
  EXPECT_EQ(host.times[2] - host.times[0], seconds(20));
  host.pass(seconds(1));
  host.readings.beat();
  EXPECT_EQ(all, 21) << "nobody looks any more";
}

TEST(Readings, SleepUntilTheNextSecondWhileSomebodyLooks) {
  ReadingsOf host;
  host.listen();
  EXPECT_EQ(host.readings.beat(), seconds(10));
  const Readings::Watch watch(host.readings);
  host.pass(seconds(5));
  EXPECT_EQ(host.readings.beat(), seconds(1)) << "a reading was made at once";
}

TEST(Readings, BeatOnAThreadOfTheirOwnUntilTheyStop) {
  Readings::Config config;
  config.interval = milliseconds(1);
  Readings readings(config);
  std::atomic<int> reads = 0;
  std::atomic<int> heard = 0;
  readings.add([&](const Wanted&, Sink& out) { out.gauge("g", "G.").add(++reads); });
  readings.listen([&](const auto&) {
    heard = heard + 1;
    heard.notify_all();
  });
  readings.start();
  for (int seen = heard; seen < 3; seen = heard) heard.wait(seen);
  exposeText([&](Sink& out) { readings.read({}, out); });
  readings.stop();
  EXPECT_LE(heard, reads);
  const int afterwards = heard;
  exposeText([&](Sink& out) { readings.read({}, out); });
  EXPECT_EQ(heard, afterwards);
}

}  // namespace orchestrator_exporter
