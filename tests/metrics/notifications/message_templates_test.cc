#include "metrics/notifications/texts/message_templates.h"

#include <gtest/gtest.h>

#include <string>

#include "metrics/text_template/template_error.h"

// What texts are right was asked of Alertmanager 0.33.1 (amtool template render).
namespace orchestrator_exporter::notifications {

namespace {

Notification oneFiring() {
  Notification notification;
  notification.receiver = "r";
  notification.groupLabels = LabelSet({{"alertname", "A"}});
  notification.at = 1780315262000;  // a minute and a half-second after the alert began
  Alert alert;
  alert.labels = LabelSet({{"alertname", "A"}, {"i", "<x>"}});
  alert.annotations = Annotations(TextPairs{{"s", "t+u"}});
  alert.startsAt = 1780315201500;  // 2026-06-01T12:00:01.5Z
  alert.generatorUrl = GeneratorUrl("http://g/?a=b");
  notification.alerts.push_back(alert);
  return notification;
}

std::string expanded(const std::string& text) {
  try {
    return MessageTemplates().expand("{{" + text + "}}", MessageData(oneFiring(), "http://e"));
  } catch (const text_template::ExecutionError& error) {
    const std::string reason = error.what();
    return reason.substr(reason.rfind(">: ") + 3);
  }
}

}  // namespace

TEST(MessageTemplates, MakeListsAndMaps) {
  EXPECT_EQ(expanded("list 1 `a`"), "[1 a]");
  EXPECT_EQ(expanded("append (list 1) 2 3"), "[1 2 3]");
  EXPECT_EQ(expanded("append (stringSlice `a`) `b`"),
            "wrong type for value; expected []interface {}; got []string");
  EXPECT_EQ(expanded("dict `b` 2 `a` 1"), "map[a:1 b:2]");
  EXPECT_EQ(expanded("(dict `a` 1).b"), "<no value>");
  EXPECT_EQ(expanded("dict `a`"), "error calling dict: dict requires an even number of arguments");
  EXPECT_EQ(expanded("dict 1 2"), "error calling dict: dict keys must be strings");
  EXPECT_EQ(expanded("join `-` (stringSlice `a` `b`)"), "a-b");
  EXPECT_EQ(expanded("join `-` (list `a`)"),
            "wrong type for value; expected []string; got []interface {}");
}

TEST(MessageTemplates, WriteJson) {
  EXPECT_EQ(expanded("toJson (dict `a` `<&>` `b` nil)"), R"({"a":"\u003c\u0026\u003e","b":null})");
  EXPECT_EQ(expanded("toJson (list 1.5 1e21 1e-7 true)"), "[1.5,1e+21,1e-7,true]");
  EXPECT_EQ(expanded("toJson 100000000000000000000.0"), "100000000000000000000");
  EXPECT_EQ(expanded("toJson \"é\\n\""), R"("é\n")");
  EXPECT_EQ(expanded("toJson .CommonLabels.SortedPairs"),
            R"([{"Name":"alertname","Value":"A"},{"Name":"i","Value":"\u003cx\u003e"}])");
  EXPECT_EQ(
      expanded("toJson .Alerts"),
      R"([{"status":"firing","labels":{"alertname":"A","i":"\u003cx\u003e"},"annotations":{"s":"t+u"},)"
      R"("startsAt":"2026-06-01T12:00:01.5Z","endsAt":"0001-01-01T00:00:00Z",)"
      R"("generatorURL":"http://g/?a=b","fingerprint":")" +
          textOf(fingerprint(oneFiring().alerts[0].labels)) + "\"}]");
}

TEST(MessageTemplates, ShowTimesAsClocksOfAPlaceDo) {
  EXPECT_EQ(expanded("date `15:04 MST` (index .Alerts 0).StartsAt"), "12:00 UTC");
  EXPECT_EQ(expanded("tz `Europe/Berlin` (index .Alerts 0).StartsAt"),
            "2026-06-01 14:00:01.5 +0200 CEST");
  EXPECT_EQ(expanded("tz `X/Y` (index .Alerts 0).StartsAt"),
            "error calling tz: unknown time zone X/Y");
  EXPECT_EQ(expanded("(index .Alerts 0).EndsAt.IsZero"), "true");
  EXPECT_EQ(expanded("date `x` 1"), "can't handle 1 for arg of type time.Time");
}

TEST(MessageTemplates, CountFromTheTimeOfTheMessage) {
  EXPECT_EQ(expanded("since (index .Alerts 0).StartsAt"), "1m0.5s");
  EXPECT_EQ(expanded("humanizeDuration (since (index .Alerts 0).StartsAt)"), "1m 0s");
  EXPECT_EQ(expanded("now"), "2026-06-01 12:01:02 +0000 UTC");
}

TEST(MessageTemplates, ChangeTexts) {
  EXPECT_EQ(expanded("urlUnescape `a%20b+c`"), "a b c");
  EXPECT_EQ(expanded("urlUnescape `%zz`"), "error calling urlUnescape: invalid URL escape \"%zz\"");
  EXPECT_EQ(expanded("safeUrl `a b`"), "a b");
  EXPECT_EQ(expanded("trimSpace \"\\u00a0 a\\n\""), "a");
  EXPECT_EQ(expanded("humanizeDuration `1`"), "1s");
  EXPECT_EQ(expanded("match `(` `a`"),
            "error calling match: error parsing regexp: missing closing ): `(`");
}

TEST(MessageTemplates, PrintLabelsAsPairs) {
  EXPECT_EQ(expanded(".CommonLabels"), "alertname=A, i=<x>");
  EXPECT_EQ(expanded(".CommonLabels.SortedPairs"), "alertname=A, i=<x>");
  EXPECT_EQ(expanded(".CommonLabels.Foo"), "");
  EXPECT_EQ(expanded("printf `%T` ."), "template.Data");
}

}  // namespace orchestrator_exporter::notifications
