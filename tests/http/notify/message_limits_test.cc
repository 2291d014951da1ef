// One, ten and a thousand alerts, with labels of 10,000 characters, emoji, markup and line ends: no
// message is longer than its receiver takes, and none loses a field that has room.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "http/notify/console.h"
#include "http/notify/webhook.h"
#include "metrics/base/utf8.h"
#include "tests/http/notify/messages.h"

namespace orchestrator_exporter::http::notify {
namespace {

using nlohmann::json;
using notifications::Alert;
using notifications::Notification;
using testing::HasSubstr;
using testing::Not;

const std::string kLong(10'000, 'x');
const std::string kOdd = "\U0001F525<script>alert(1)</script>\nline & more";

class Limits : public testing::TestWithParam<std::size_t> {
 protected:
  static Notification notification() {
    std::vector<Alert> alerts;
    for (std::size_t i = 0; i < GetParam(); ++i) {
      Alert alert = firing("h" + std::to_string(i));
      alert.labels.set("long", kLong);
      alert.labels.set("odd", kOdd);
      alerts.push_back(std::move(alert));
    }
    return notificationOf(std::move(alerts));
  }
};

INSTANTIATE_TEST_SUITE_P(Of, Limits, testing::Values(1, 10, 1000),
                         [](const auto& each) { return std::to_string(each.param) + "Alerts"; });

std::size_t lengthOf(const json& text) { return utf8Length(text.get<std::string>()); }

TEST_P(Limits, AWebhookGetsEverything) {
  const json body = json::parse(webhookBody(notification(), "", 0));
  ASSERT_EQ(body["alerts"].size(), GetParam());
  for (const json& alert : body["alerts"]) {
    EXPECT_EQ(alert["labels"]["long"], kLong);
    EXPECT_EQ(alert["labels"]["odd"], kOdd);
    EXPECT_EQ(alert["annotations"]["summary"], "It is hot");
  }
}

TEST_P(Limits, SlackTakesItsBlocks) {
  const json body = json::parse(slackBody(notification(), plainSlack(), style()));
  const json& blocks = body["attachments"][0]["blocks"];
  EXPECT_LE(blocks.size(), 50U);
  EXPECT_EQ(blocks[0]["type"], "header");
  EXPECT_LE(lengthOf(blocks[0]["text"]["text"]), 150U);
  std::size_t characters = 0;
  std::size_t sections = 0;
  for (const json& block : blocks) {
    if (block.contains("text")) characters += lengthOf(block["text"]["text"]);
    for (const json& element : block.value("elements", json::array())) {
      characters += lengthOf(element["text"]);
    }
    if (block["type"] != "section") continue;
    ++sections;
    EXPECT_LE(lengthOf(block["text"]["text"]), 3000U);
    const json fields = block.value("fields", json::array());
    EXPECT_LE(fields.size(), 10U);
    for (const json& field : fields) {
      EXPECT_LE(lengthOf(field["text"]), 2000U);
      EXPECT_THAT(field["text"].get<std::string>(), Not(HasSubstr("<script>")));
      characters += lengthOf(field["text"]);
    }
  }
  EXPECT_LE(characters, 9000U);
  ASSERT_GE(sections, 1U);
  if (sections < GetParam()) {
    EXPECT_EQ(blocks.back()["elements"][0]["text"],
              "and " + std::to_string(GetParam() - sections) + " more");
  }
}

TEST_P(Limits, SlackTakesTextsOfOnesOwn) {
  SlackConfig config = plainSlack();
  config.isPlain = false;
  config.title = "{{ range .Alerts }}{{ .Labels.odd }}{{ end }}{{ .CommonLabels.long }}";
  config.text = "{{ range .Alerts }}{{ .Labels.long }} {{ end }}";
  const json body = json::parse(slackBody(notification(), config, style()));
  const json& attachment = body["attachments"][0];
  EXPECT_EQ(lengthOf(attachment["title"]), 1024U);
  EXPECT_EQ(lengthOf(attachment["text"]), std::min<std::size_t>(GetParam() * 10'001, 40'000));
}

TEST_P(Limits, DiscordTakesItsEmbed) {
  DiscordConfig config = discord();
  config.content = "{{ .CommonLabels.long }}";
  config.username = kLong;
  const json body = json::parse(discordBody(notification(), config, style()));
  ASSERT_EQ(body["embeds"].size(), 1U);
  const json& embed = body["embeds"][0];
  EXPECT_EQ(lengthOf(body["content"]), 2000U);
  EXPECT_LE(lengthOf(body["username"]), 80U);
  EXPECT_LE(lengthOf(embed["title"]), 256U);
  EXPECT_EQ(lengthOf(embed["description"]), 4096U);
  EXPECT_TRUE(embed["description"].get<std::string>().ends_with("…"));
}

// Labels of 10,000 characters of a thousand alerts are more than a message may have.
TEST_P(Limits, AMailHasEveryAlertThatFitsIntoAMegabyte) {
  const Mail mail = mailOf(notification(), email(), style());
  const std::size_t last = std::min<std::size_t>(GetParam(), 10) - 1;
  EXPECT_THAT(mail.text, HasSubstr(" - instance = h0\n"));
  EXPECT_THAT(mail.text, HasSubstr(" - instance = h" + std::to_string(last) + "\n"));
  EXPECT_THAT(mail.html, Not(HasSubstr("<script>")));
}

// RFC 5322, section 2.2.3: a line that goes on begins with a blank.
TEST_P(Limits, NoHeaderOfAMailBeginsAnother) {
  for (const auto& [name, value] : mailOf(notification(), email(), style()).headers) {
    EXPECT_FALSE(std::regex_search(encodedHeader(value), std::regex("[\r\n][^\r\n ]|\r\n$")))
        << name;
  }
}

TEST_P(Limits, TheConsoleHasALineForEach) {
  const std::string lines = consoleLines(notification());
  EXPECT_EQ(static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')), GetParam());
}

TEST(SlackMarkup, IsNotCutWithinACharacterThatIsEscaped) {
  Alert alert = firing("h");
  alert.annotations = notifications::Annotations(
      notifications::TextPairs{{"summary", std::string(2985, 'x') + std::string(10, '&')}});
  const json body = json::parse(slackBody(notificationOf({alert}), plainSlack(), style()));
  const std::string text = body["attachments"][0]["blocks"][1]["text"]["text"];
  EXPECT_EQ(text.substr(text.rfind('x') + 1), "…") << text.substr(2980);
}

}  // namespace
}  // namespace orchestrator_exporter::http::notify
