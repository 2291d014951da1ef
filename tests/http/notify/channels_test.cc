#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/notify/console.h"
#include "http/notify/pacing.h"
#include "http/notify/webhook.h"
#include "tests/http/notify/messages.h"
#include "tests/support/scripted_server.h"

namespace orchestrator_exporter::http::notify {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using notifications::Alert;
using test::httpAnswer;
using test::ReceivedRequest;
using test::ScriptedServer;
using testing::HasSubstr;

TEST(Webhook, SaysWhatAlertmanagerSays) {
  Alert ended = firing("h:2");
  ended.endsAt = kNow;
  const json body =
      json::parse(webhookBody(notificationOf({firing("h:1"), ended}), "http://here", 0));
  EXPECT_EQ(body["version"], "4");
  EXPECT_EQ(body["groupKey"], R"({}:{alertname="Hot"})");
  EXPECT_EQ(body["truncatedAlerts"], 0);
  EXPECT_EQ(body["notification_reason"], "first notification");
  EXPECT_EQ(body["status"], "firing");
  EXPECT_EQ(body["receiver"], "people");
  EXPECT_EQ(body["groupLabels"], json({{"alertname", "Hot"}}));
  EXPECT_EQ(body["commonLabels"], json({{"alertname", "Hot"}, {"severity", "critical"}}));
  EXPECT_EQ(body["commonAnnotations"], json({{"description", "d"}, {"summary", "It is hot"}}));
  EXPECT_EQ(body["externalURL"], "http://here");
  const json& alerts = body["alerts"];
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0]["status"], "firing");
  EXPECT_EQ(alerts[0]["startsAt"], "2023-11-15T11:59:01Z");
  EXPECT_EQ(alerts[0]["endsAt"], "0001-01-01T00:00:00Z");
  EXPECT_EQ(alerts[0]["generatorURL"], "http://here/graph");
  EXPECT_EQ(alerts[1]["status"], "resolved");
  EXPECT_EQ(alerts[1]["endsAt"], "2023-11-15T12:00:01Z");
}

TEST(Webhook, KeepsTheFirstOfTooManyAlerts) {
  const json body =
      json::parse(webhookBody(notificationOf({firing("a"), firing("b"), firing("c")}), "", 1));
  EXPECT_EQ(body["truncatedAlerts"], 2);
  EXPECT_EQ(body["alerts"].size(), 1U);
  EXPECT_EQ(body["commonLabels"]["instance"], "a");
}

// The outcome of a webhook whose receiver answers so.
Outcome outcomeFor(const std::string& answer) {
  const ScriptedServer server([&](const ReceivedRequest&) { return answer; });
  Webhook webhook({.target = {.url = {.text = server.url("/secret-path")},
                              .settings = {.followRedirects = false, .timeout = 500ms}}},
                  style());
  return webhook.send(notificationOf({firing("h:1")}));
}

TEST(Webhook, GoesByTheStatusOfTheAnswer) {
  using enum Outcome::Kind;
  EXPECT_EQ(outcomeFor(httpAnswer(204)).kind, kSent);
  EXPECT_EQ(outcomeFor(httpAnswer(500)).kind, kAgain);
  EXPECT_EQ(outcomeFor(httpAnswer(408)).kind, kAgain);
  EXPECT_EQ(outcomeFor(httpAnswer(400)).kind, kFailed);
  EXPECT_EQ(outcomeFor(httpAnswer(302, "", "Location: http://127.0.0.1:1/\r\n")).kind, kFailed);
  EXPECT_EQ(outcomeFor(std::string(ScriptedServer::kClose)).kind, kAgain);
  EXPECT_EQ(outcomeFor(std::string(ScriptedServer::kHang)).kind, kAgain);
}

TEST(Webhook, OfALongAnswerTheStatusIsEnough) {
  const std::string pages = std::string(10'000'000, 'x');
  EXPECT_EQ(outcomeFor(httpAnswer(200, pages)).kind, Outcome::Kind::kSent);
  EXPECT_EQ(outcomeFor(httpAnswer(500, pages)).error, "answered status 500");
}

TEST(Webhook, WaitsAsLongAsTheReceiverWants) {
  EXPECT_EQ(outcomeFor(httpAnswer(429, "", "Retry-After: 7\r\n")).pause, 7s);
  EXPECT_EQ(outcomeFor(httpAnswer(503, "", "Retry-After: 999999\r\n")).pause, 1h);
  EXPECT_EQ(outcomeFor(httpAnswer(503, "", "Retry-After: Wed, 15 Nov 2023 12:00:00 GMT\r\n")).pause,
            0s);
  EXPECT_EQ(outcomeFor(httpAnswer(503, "", "Retry-After: soon\r\n")).pause, std::nullopt);
}

TEST(Webhook, FailuresDoNotTellThePathOfTheUrl) {
  Webhook webhook({.target = {.url = {.text = "http://127.0.0.1:1/T0000/secret"}}}, style());
  const Outcome outcome = webhook.send(notificationOf({firing("h:1")}));
  EXPECT_EQ(outcome.kind, Outcome::Kind::kAgain);
  EXPECT_THAT(outcome.error, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(outcome.error, testing::Not(HasSubstr("secret")));
}

TEST(Webhook, AMissingFileOfItsUrlIsNamed) {
  Webhook webhook({.target = {.url = {.file = "/nowhere/url"}}}, style());
  EXPECT_THAT(webhook.send(notificationOf({firing("h:1")})).error, HasSubstr("/nowhere/url"));
}

TEST(Slack, MakesBlocksIfNeitherTitleNorTextIsGiven) {
  const json body = json::parse(slackBody(notificationOf({firing("h:1")}), plainSlack(), style()));
  const json& attachment = body["attachments"][0];
  EXPECT_EQ(attachment["color"], "danger");
  EXPECT_EQ(attachment["blocks"][0]["text"]["text"], "[FIRING:1] Hot (h:1 critical)");
  EXPECT_EQ(attachment["blocks"][1]["text"]["text"], "*Hot* firing\nIt is hot\nd");
}

TEST(Slack, TakesTheTextsThatAreGiven) {
  SlackConfig config;
  config.channel = "#alerts";
  config.title = "{{ .Status | toUpper }} <{{ .GroupLabels.alertname }}>";
  config.text = "{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}";
  config.fields = {{"host", "{{ .CommonLabels.instance }}", true}};
  const json body = json::parse(slackBody(notificationOf({firing("h:1")}), config, style()));
  const json& attachment = body["attachments"][0];
  EXPECT_EQ(body["channel"], "#alerts");
  EXPECT_EQ(attachment["title"], "FIRING <Hot>");
  EXPECT_EQ(attachment["text"], "It is hot");
  EXPECT_EQ(attachment["fields"][0], json({{"title", "host"}, {"value", "h:1"}, {"short", true}}));
}

TEST(Slack, AnAnswerThatIsNotOkIsAFailure) {
  const auto outcomeOf = [](const std::string& text) {
    const ScriptedServer server([&](const ReceivedRequest&) { return httpAnswer(200, text); });
    SlackConfig config = plainSlack();
    config.target.url.text = server.url();
    return Slack(config, style()).send(notificationOf({firing("h:1")})).kind;
  };
  EXPECT_EQ(outcomeOf("ok"), Outcome::Kind::kSent);
  EXPECT_EQ(outcomeOf(R"({"ok": true})"), Outcome::Kind::kSent);
  EXPECT_EQ(outcomeOf(R"({"ok": false})"), Outcome::Kind::kFailed);
  EXPECT_EQ(outcomeOf("no_service"), Outcome::Kind::kFailed);
}

TEST(Discord, SaysWhatAlertmanagerSays) {
  const json body = json::parse(discordBody(notificationOf({firing("h:1")}), discord(), style()));
  const json& embed = body["embeds"][0];
  EXPECT_EQ(embed["title"], "[FIRING:1] Hot (h:1 critical)");
  EXPECT_EQ(
      embed["description"],
      "\n\nAlerts Firing:\nLabels:\n - alertname = Hot\n - instance = h:1\n - severity = critical\n"
      "Annotations:\n - description = d\n - summary = It is hot\nSource: "
      "http://here/graph\n\n\n\n");
  EXPECT_EQ(embed["color"], 0x992D22);
  EXPECT_EQ(body["allowed_mentions"]["parse"], json::array());
}

TEST(Discord, WaitsAsItsAnswersSay) {
  const auto pauseOf = [](const std::string& answer) {
    const ScriptedServer server([&](const ReceivedRequest&) { return answer; });
    DiscordConfig config = discord();
    config.target.url.text = server.url();
    return Discord(config, style()).send(notificationOf({firing("h:1")})).pause;
  };
  EXPECT_EQ(pauseOf(httpAnswer(429, R"({"retry_after": 1.5})")), 1500ms);
  EXPECT_EQ(
      pauseOf(httpAnswer(204, "", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset-After: 2\r\n")),
      2s);
  EXPECT_EQ(
      pauseOf(httpAnswer(204, "", "X-RateLimit-Remaining: 1\r\nX-RateLimit-Reset-After: 2\r\n")),
      std::nullopt);
}

TEST(Console, PrintsALineForEachAlert) {
  Alert ended = firing("h:2");
  ended.endsAt = kNow;
  ended.annotations =
      notifications::Annotations(notifications::TextPairs{{"summary", "two\nlines"}});
  EXPECT_EQ(consoleLines(notificationOf({firing("h:1"), ended})),
            "12:00:01 firing critical Hot instance=\"h:1\": It is hot\n"
            "12:00:01 resolved critical Hot instance=\"h:2\": two lines\n");
}

TEST(Email, HasItsHeadersAndBothVersions) {
  const Mail mail = mailOf(notificationOf({firing("h:1")}), email(), style());
  EXPECT_EQ(mail.sender, "alerts@example.org");
  EXPECT_THAT(mail.recipients, testing::ElementsAre("a@example.org", "b@example.org"));
  EXPECT_EQ(headerOf(mail, "Subject"), "[FIRING:1] Hot (h:1 critical)");
  EXPECT_EQ(headerOf(mail, "Date"), "Wed, 15 Nov 2023 12:00:01 +0000");
  EXPECT_EQ(headerOf(mail, "Message-ID"), "<0000-1@example.org>");
  EXPECT_THAT(mail.text, HasSubstr(" - summary = It is hot\n"));
  EXPECT_THAT(mail.html, HasSubstr("<td>It is hot</td>"));
}

TEST(Email, LabelsAreInertInHtml) {
  Alert alert = firing("<script>alert('x')</script>");
  const Mail mail = mailOf(notificationOf({alert}), email(), style());
  EXPECT_THAT(mail.html, testing::Not(HasSubstr("<script>")));
  EXPECT_THAT(mail.html, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
}

TEST(Email, HeadersAreEncodedAndHaveNoLineEndsOfTheirOwn) {
  EXPECT_EQ(encodedHeader("plain"), "plain");
  EXPECT_EQ(encodedHeader("a\r\nBcc: x"), "a  Bcc: x");
  EXPECT_EQ(encodedHeader("größer"), "=?UTF-8?B?Z3LDtsOfZXI=?=");
}

TEST(Email, AFailingTemplateGivesWayToTheDefaultOne) {
  EmailConfig config = email();
  config.headers = {{"Subject", "{{ template \"gone\" . }}"}};
  EXPECT_EQ(headerOf(mailOf(notificationOf({firing("h:1")}), config, style()), "Subject"),
            "[FIRING:1] Hot (h:1 critical)");
}

TEST(Pacing, LetsSoManyThroughInAPeriod) {
  Pacing pacing({{2, 1s}, {3, 10s}});
  const Pacing::Clock::time_point now{100s};
  EXPECT_EQ(pacing.earliest(now), now);
  pacing.begin(now);
  pacing.begin(now);
  EXPECT_EQ(pacing.earliest(now), now + 1s);
  pacing.begin(now + 1s);
  EXPECT_EQ(pacing.earliest(now + 1s), now + 10s);
  pacing.pauseUntil(now + 60s);
  EXPECT_EQ(pacing.earliest(now + 10s), now + 60s);
}

TEST(Pacing, WaitsTwiceAsLongEachTimeUpToAMinute) {
  EXPECT_EQ(waitingTime(1, 0.5), 1s);
  EXPECT_EQ(waitingTime(2, 0.5), 2s);
  EXPECT_EQ(waitingTime(5, 0.5), 16s);
  EXPECT_EQ(waitingTime(50, 1), 60s);
  EXPECT_EQ(waitingTime(1, 0), 800ms);
  EXPECT_EQ(waitingTime(1, 1), 1200ms);
}

TEST(Cut, CountsCharacters) {
  EXPECT_EQ(cut("größe", 5), "größe");
  EXPECT_EQ(cut("größer", 5), "größ…");
}

}  // namespace
}  // namespace orchestrator_exporter::http::notify
