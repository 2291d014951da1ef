#include <gtest/gtest.h>

#include <string>

#include "metrics/text_template/methods.h"
#include "metrics/text_template/template_error.h"
#include "metrics/text_template/text_template.h"
#include "metrics/text_template/time_layout.h"

// Times as the documentation of Go's package time describes them; what texts are right was asked of
// promtool 3.5.3.
namespace orchestrator_exporter::text_template {

namespace {

// 2015-06-23 13:19:44.128 UTC, a Tuesday.
const Time kTime{std::chrono::milliseconds(1435065584128)};

class TwoHoursAhead final : public Zone {
 public:
  std::string_view name() const override { return "Europe/Berlin"; }
  Clock clockAt(std::chrono::sys_seconds) const override { return {std::chrono::hours(2), "CEST"}; }
};

std::string layout(std::string_view layout) { return formattedTime(kTime, layout); }

// What {{TEXT}} writes of the time as its dot and, a little earlier, as $e.
std::string run(const std::string& text, Time time = kTime) {
  Templates templates;
  templates.add("t", "{{$t := .T}}{{$e := .E}}{{" + text + "}}");
  Map data{{{"E", Time(std::chrono::milliseconds(1435065000000))}, {"T", time}}};
  data.type = "map[string]interface {}";
  std::string out;
  try {
    templates.execute("t", std::make_shared<const Map>(std::move(data)), out);
  } catch (const ExecutionError& error) {
    const std::string said = error.what();
    return said.substr(said.find("at <"));
  }
  return out;
}

}  // namespace

TEST(TimeLayout, WritesTheReferenceTimeAsTheTime) {
  EXPECT_EQ(layout("2006-01-02T15:04:05Z07:00"), "2015-06-23T13:19:44Z");
  EXPECT_EQ(layout("Mon Jan _2 15:04:05 MST 2006"), "Tue Jun 23 13:19:44 UTC 2015");
  EXPECT_EQ(layout("Monday, 02-Jan-06 3:04PM -0700"), "Tuesday, 23-Jun-15 1:19PM +0000");
  EXPECT_EQ(layout("January 2 002 __2 pm"), "June 23 174 174 pm");
  EXPECT_EQ(layout("Z0700 -07:00 -07 Z07"), "Z +00:00 +00 Z");
  EXPECT_EQ(layout("1/2/06 03:4:5 05.000"), "6/23/15 01:19:44 44.128");
}

TEST(TimeLayout, WritesFractionsOfASecond) {
  EXPECT_EQ(layout(".000 .999 ,000"), ".128 .128 ,128");
  EXPECT_EQ(layout("05.000000 05.99"), "44.128000 44.12");
  EXPECT_EQ(formattedTime(Time(std::chrono::seconds(5)), "5.999|5.000"), "5|5.000");
}

TEST(TimeLayout, KeepsWhatIsNoPartOfATime) {
  EXPECT_EQ(layout(""), "");
  EXPECT_EQ(layout("no layout é"), "no layout é");
  EXPECT_EQ(layout("Janet Month"), "Janet Month");
}

TEST(TimeLayout, ShowsTheClocksOfAPlace) {
  const Time there(kTime.moment, std::make_shared<const TwoHoursAhead>());
  EXPECT_EQ(formattedTime(there, kDefaultLayout), "2015-06-23 15:19:44.128 +0200 CEST");
  EXPECT_EQ(formattedTime(there, kRfc3339Layout), "2015-06-23T15:19:44.128+02:00");
}

TEST(TemplateTimes, HaveTheirParts) {
  EXPECT_EQ(run("$t.Year"), "2015");
  EXPECT_EQ(run("$t.Month"), "June");
  EXPECT_EQ(run("$t.Weekday"), "Tuesday");
  EXPECT_EQ(run("$t.YearDay"), "174");
  EXPECT_EQ(run("$t.Nanosecond"), "128000000");
  EXPECT_EQ(run("$t.Unix"), "1435065584");
  EXPECT_EQ(run("$t.UnixNano"), "1435065584128000000");
  EXPECT_EQ(run("$t.IsZero"), "false");
  EXPECT_EQ(run("$t.Location"), "UTC");
  EXPECT_EQ(run("$t.GoString"), "time.Date(2015, time.June, 23, 13, 19, 44, 128000000, time.UTC)");
}

TEST(TemplateTimes, AreFormattedAndMoved) {
  EXPECT_EQ(run("$t.UTC.Format \"15:04\""), "13:19");
  EXPECT_EQ(run("$t.AddDate 0 1 -3"), "2015-07-20 13:19:44.128 +0000 UTC");
  EXPECT_EQ(run("$t.AddDate 0 -6 0"), "2014-12-23 13:19:44.128 +0000 UTC");
  EXPECT_EQ(run("$t.AddDate 0 8 8"), "2016-03-02 13:19:44.128 +0000 UTC");
  EXPECT_EQ(run("$t.Truncate 1000000000"), "2015-06-23 13:19:44 +0000 UTC");
  EXPECT_EQ(run("$t.Round 60000000000"), "2015-06-23 13:20:00 +0000 UTC");
  EXPECT_EQ(run("$t.Add ($t.Sub $e)"), "2015-06-23 13:29:28.256 +0000 UTC");
  EXPECT_EQ(run("$t.Before $e"), "false");
  EXPECT_EQ(run("$t.After $e"), "true");
  EXPECT_EQ(run("$t.Compare $e"), "1");
}

TEST(TemplateTimes, AreDurationsApart) {
  EXPECT_EQ(run("$t.Sub $e"), "9m44.128s");
  EXPECT_EQ(run("$e.Sub $t"), "-9m44.128s");
  EXPECT_EQ(run("$t.Sub $t"), "0s");
  EXPECT_EQ(run("($t.Sub $e).Seconds"), "584.128");
  EXPECT_EQ(run("($t.Sub $e).Minutes"), "9.735466666666667");
  EXPECT_EQ(run("($t.Sub $e).Milliseconds"), "584128");
  EXPECT_EQ(run("($t.Sub $e).Round 1000000000"), "9m44s");
  EXPECT_EQ(run("($t.Sub $e).Truncate 60000000000"), "9m0s");
  EXPECT_EQ(run("($e.Sub $t).Abs"), "9m44.128s");
  EXPECT_EQ(run("if $t.Sub $t}}yes{{else}}no{{end"), "no");
}

TEST(TemplateTimes, HaveNumbersWithNames) {
  EXPECT_EQ(run("printf \"%d %v %s\" $t.Month $t.Month $t.Weekday"), "6 June Tuesday");
  EXPECT_EQ(run("printf \"%T %T %T\" $t.Month $t.Weekday ($t.Sub $t)"),
            "time.Month time.Weekday time.Duration");
  EXPECT_EQ(run("printf \"%q %x|%10s|\" $t.Month $t.Month $t.Month"),
            "\"June\" 4a756e65|      June|");
  EXPECT_EQ(run("eq $t.Month 6"), "true");
  EXPECT_EQ(run("print $t.Month 1"), "June 1");
}

TEST(TemplateTimes, SayWhyTheyRefuse) {
  EXPECT_EQ(run("$t.Foo"), "at <$t.Foo>: can't evaluate field Foo in type time.Time");
  EXPECT_EQ(run("$t.Month.Foo"), "at <$t.Month.Foo>: can't evaluate field Foo in type time.Month");
  EXPECT_EQ(run("($t.Sub $e).Foo"), "at <$e>: can't evaluate field Foo in type time.Duration");
  EXPECT_EQ(run("$t.Format"), "at <$t.Format>: wrong number of args for Format: want 1 got 0");
  EXPECT_EQ(run("$t.Format 1"), "at <1>: expected string; found 1");
  EXPECT_EQ(run("$t.Sub 1"), "at <1>: can't handle 1 for arg of type time.Time");
  EXPECT_EQ(run("$t.Before nil"), "at <nil>: cannot assign nil to time.Time");
  EXPECT_EQ(run("$t.Date"), "at <$t.Date>: function Date has 3 return values; should be 1 or 2");
  EXPECT_EQ(run("$t.Zone"),
            "at <$t.Zone>: invalid function signature for Zone: second return value should be "
            "error; is int");
  EXPECT_EQ(run("call $t.Year"),
            "at <call $t.Year>: error calling call: non-function $t.Year of type int");
}

TEST(TemplateDurations, ArePrintedAsGoPrintsThem) {
  EXPECT_EQ(durationText(0), "0s");
  EXPECT_EQ(durationText(5), "5ns");
  EXPECT_EQ(durationText(1200), "1.2µs");
  EXPECT_EQ(durationText(12'000'000), "12ms");
  EXPECT_EQ(durationText(-1'500'000'000), "-1.5s");
  EXPECT_EQ(durationText(3'723'000'000'000), "1h2m3s");
  EXPECT_EQ(durationText(3'600'000'000'000), "1h0m0s");
}

TEST(TemplateRanges, GoOverNumbers) {
  EXPECT_EQ(run("range 3}}{{.}}{{end"), "012");
  EXPECT_EQ(run("range $i := 3}}{{$i}}{{end"), "012");
  EXPECT_EQ(run("range 0}}{{.}}{{else}}none{{end"), "none");
}

}  // namespace orchestrator_exporter::text_template
