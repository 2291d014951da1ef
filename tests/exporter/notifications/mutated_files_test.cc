// What a thousand changes make of an alertmanager.yml: a whole plan, or faults with their places.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <set>

#include "exporter/configuration/faults.h"
#include "exporter/notifications/alertmanager_file.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::alertmanager {
namespace {

// Every secret has this word in it more than once, so that no change of one letter hides it.
constexpr std::string_view kSecret = "hush";

constexpr std::string_view kFile = R"(global:
  resolve_timeout: 5m
  smtp_from: Exporter <from@example.org>
  smtp_smarthost: mail.example.org:587
  smtp_auth_username: me
  smtp_auth_password: hush-hush-hush
  slack_api_url: https://slack.example.org/hush/hush/hush
  http_config: {proxy_url: 'http://me:hush-hush@proxy.example.org:3128'}
route:
  receiver: people
  group_by: [alertname, host]
  group_wait: 10s
  group_interval: 5m
  repeat_interval: 4h
  routes:
    - receiver: chat
      matchers: [severity="critical", host=~"a|b.*"]
      continue: true
      mute_time_intervals: [nights]
      routes:
        - {receiver: mail, match: {team: a}, group_by: ['...']}
        - {receiver: people, match_re: {team: 'b|c'}, active_time_intervals: [office]}
    - receiver: mail
      matchers:
        - severity=warning
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity="warning"]
    equal: [host]
time_intervals:
  - name: nights
    time_intervals:
      - times: [{start_time: '22:00', end_time: '24:00'}]
        weekdays: ['monday:friday', sunday]
        location: Europe/Berlin
  - name: office
    time_intervals:
      - {days_of_month: ['1:15', '-1'], months: ['january:may'], years: ['2026:2027']}
receivers:
  - name: people
    webhook_configs:
      - url: https://hooks.example.org/hush/hush/hush
        max_alerts: 10
        http_config:
          authorization: {type: Bearer, credentials: hush-hush-hush}
          http_headers: {X-Key: {secrets: [hush-hush-hush]}}
  - name: chat
    slack_configs:
      - channel: '#alerts'
        title: '{{ .Status | toUpper }} {{ .GroupLabels.alertname }}'
        text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}'
        fields: [{title: Host, value: '{{ .CommonLabels.host }}', short: true}]
    discord_configs:
      - {webhook_url: 'https://discord.example.org/hush/hush/hush', username: Exporter}
  - name: mail
    email_configs:
      - to: one@example.org
        headers: {Subject: '{{ template "email.default.subject" . }}'}
        tls_config: {insecure_skip_verify: true}
)";

void appendLineChanges(std::vector<std::string>& files) {
  const std::vector<std::string_view> lines = linesOf(kFile);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto with = [&](const std::string& line) {
      std::string file;
      for (std::size_t k = 0; k < lines.size(); ++k) file += k == i ? line : std::string(lines[k]);
      files.push_back(std::move(file));
    };
    for (const Mutation& mutation : lineMutations()) with(mutation.apply(lines[i]));
    for (const std::string& variant : lineVariants(lines[i])) with(variant);
    with("  " + std::string(lines[i]));
    with(std::string(lines[i]) + std::string(lines[i]));
  }
}

// Bytes taken out, put in or exchanged, at random places.
void appendByteChanges(std::vector<std::string>& files, std::size_t count) {
  constexpr std::string_view kBytes = "{}[]:,-#&*!|>'\"%@`? \n\t\\0a\xC3\xFF";
  std::mt19937 random(1);
  const auto below = [&random](std::size_t size) { return random() % size; };
  for (std::size_t i = 0; i < count; ++i) {
    std::string file(kFile);
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(file.size());
      const char byte = kBytes[below(kBytes.size())];
      switch (below(3)) {
        case 0:
          file.erase(at, 1 + below(8));
          break;
        case 1:
          file.insert(at, 1, byte);
          break;
        default:
          file[at] = byte;
      }
    }
    files.push_back(std::move(file));
  }
}

std::vector<std::string> changedFiles() {
  std::vector<std::string> files;
  for (const Mutation& mutation : contentMutations()) files.push_back(mutation.apply(kFile));
  appendLineChanges(files);
  appendByteChanges(files, 500);
  return files;
}

void expectWholeRoute(const notifications::Route& route, const std::set<std::string>& receivers) {
  EXPECT_TRUE(receivers.contains(route.receiver)) << route.receiver;
  for (const notifications::Route& child : route.children) expectWholeRoute(child, receivers);
}

void expectWhole(const File& file) {
  std::set<std::string> receivers;
  for (const notifications::Receiver& receiver : file.plan->receivers) {
    receivers.insert(receiver.name);
    EXPECT_EQ(file.channels.at(receiver.name).size(), receiver.integrations.size());
  }
  expectWholeRoute(file.plan->root, receivers);
}

class MutatedFile : public testing::Test {
 protected:
  // Whether the file is taken. Fails if it is neither taken whole nor refused as it should be.
  bool isTaken(const std::string& content) {
    directory_.replace("am.yml", content);
    try {
      const File file = readFile(path_, {});
      expectWhole(file);
      return true;
    } catch (const configuration::ConfigurationError& error) {
      for (const std::string& line : error.lines()) {
        EXPECT_TRUE(isFault(line)) << line;
        EXPECT_EQ(line.find(kSecret), std::string::npos) << line;
      }
      return false;
    }
  }

  // As the status page has it.
  std::string shown(const std::string& content) {
    directory_.replace("am.yml", content);
    return readFile(path_, {}).shown;
  }

 private:
  // FILE:LINE:COLUMN: TEXT.
  bool isFault(const std::string& line) const {
    static const std::regex kForm(R"(:[1-9]\d*:[1-9]\d*: [^]+)");
    return line.starts_with(path_) && std::regex_match(line.substr(path_.size()), kForm);
  }

  test::TemporaryDirectory directory_;
  const std::string path_ = directory_.path() / "am.yml";
};

TEST_F(MutatedFile, IsTakenWholeOrRefusedWithPlaces) {
  ASSERT_TRUE(isTaken(std::string(kFile)));
  const std::vector<std::string> files = changedFiles();
  ASSERT_GE(files.size(), 1000U);
  std::size_t taken = 0;
  for (const std::string& file : files) {
    SCOPED_TRACE(file);
    ASSERT_NO_THROW(taken += isTaken(file) ? 1 : 0);
    if (HasFailure()) return;
  }
  // Changes of names and numbers leave a configuration of another content.
  EXPECT_GT(taken, files.size() / 10);
  EXPECT_LT(taken, files.size() * 9 / 10);
}

TEST_F(MutatedFile, ShowsNoSecretIfItIsTaken) {
  // Also those that lie in lists and in passwords of URLs.
  EXPECT_EQ(shown(std::string(kFile)).find(kSecret), std::string::npos);
}

}  // namespace
}  // namespace orchestrator_exporter::alertmanager
