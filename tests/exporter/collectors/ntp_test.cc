#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <sstream>
#include <thread>

#include "exporter/daemons/sntp.h"
#include "exporter/daemons/socket.h"
#include "exporter/host/collector.h"
#include "tests/support/collectors.h"
#include "tests/support/expositions.h"

namespace orchestrator_exporter {

namespace {

using testing::HasSubstr;

constexpr double kEpoch = 2208988800;  // of Unix, in NTP's seconds

// What a server says, before it is packed. Times are seconds from now.
struct Answer {
  unsigned leap = 0;
  unsigned mode = 4;
  unsigned stratum = 2;
  std::uint32_t rootDelay = 0x8000;       // half a second
  std::uint32_t rootDispersion = 0x4000;  // a quarter
  double reference = -100;
  double received = 0;
  double transmitted = 0;
  bool repeatsOrigin = true;
  bool timeless = false;
  std::size_t bytes = 48;
};

std::uint64_t ntpTime(double secondsFromNow) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const double seconds = std::chrono::duration<double>(now).count() + kEpoch + secondsFromNow;
  const auto whole = static_cast<std::uint64_t>(seconds);
  return whole << 32 | static_cast<std::uint64_t>((seconds - static_cast<double>(whole)) * 0x1p32);
}

void append(std::string& packet, std::uint64_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    packet += static_cast<char>(value >> shift & 0xFF);
  }
}

std::string pack(const Answer& answer, std::string_view question) {
  std::string packet;
  append(packet, answer.leap << 6 | 4 << 3 | answer.mode, 1);
  append(packet, answer.stratum, 1);
  append(packet, 0, 2);
  append(packet, answer.rootDelay, 4);
  append(packet, answer.rootDispersion, 4);
  append(packet, 0x7F7F0101, 4);
  append(packet, ntpTime(answer.reference), 8);
  packet += answer.repeatsOrigin ? question.substr(40, 8) : std::string_view("12345678");
  append(packet, ntpTime(answer.received), 8);
  append(packet, answer.timeless ? 0 : ntpTime(answer.transmitted), 8);
  return packet.substr(0, answer.bytes);
}

// Answers every question on a port of loopback.
class TimeServer {
 public:
  using Reply = std::function<std::string(std::string_view question)>;

  explicit TimeServer(Answer answer)
      : TimeServer([answer](std::string_view question) { return pack(answer, question); }) {}
  explicit TimeServer(Reply reply)
      : reply_(std::move(reply)), socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_, generic, size), 0);
    EXPECT_EQ(getsockname(socket_, generic, &size), 0);
    port_ = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~TimeServer() {
    // An empty datagram of its own ends the thread.
    const int end = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port_)));
    sendto(end, "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    thread_.join();
    close(end);
    close(socket_);
  }

  const std::string& port() const { return port_; }
  std::string samples(std::vector<std::pair<std::string, std::string>> flags = {}) const {
    return collectSamples("ntp", TempSystem(), with(std::move(flags)));
  }
  std::string error() const {
    std::string text = collectError("ntp", TempSystem(), with({}));
    if (const auto at = text.find(port_); at != std::string::npos) {
      text.replace(at, port_.size(), "P");
    }
    return text;
  }
  Flags with(std::vector<std::pair<std::string, std::string>> flags) const {
    Flags all{{"collector.ntp.server-port", port_}};
    for (const auto& [name, value] : flags) all.give(name, value);
    return all;
  }

 private:
  void serve() {
    char question[512];
    sockaddr_in from{};
    while (true) {
      socklen_t size = sizeof from;
      auto* const generic = reinterpret_cast<sockaddr*>(&from);
      const ssize_t got = recvfrom(socket_, question, sizeof question, 0, generic, &size);
      if (got <= 0) return;
      const std::string answer = reply_({question, static_cast<std::size_t>(got)});
      if (!answer.empty()) sendto(socket_, answer.data(), answer.size(), 0, generic, size);
    }
  }

  Reply reply_;
  int socket_;
  std::string port_;
  std::thread thread_;
};

double valueOf(const std::string& samples, const std::string& name) {
  const std::size_t at = samples.find(name + " ");
  return at == std::string::npos ? -1e9 : std::stod(samples.substr(at + name.size()));
}

double sanity(const Answer& answer) {
  return valueOf(TimeServer(answer).samples(), "node_ntp_sanity");
}

TEST(Ntp, ReportsWhatTheServerTells) {
  const std::string text = TimeServer(Answer{.leap = 0, .stratum = 3}).samples();
  EXPECT_EQ(valueOf(text, "node_ntp_stratum"), 3);
  EXPECT_EQ(valueOf(text, "node_ntp_leap"), 0);
  EXPECT_EQ(valueOf(text, "node_ntp_root_delay_seconds"), 0.5);
  EXPECT_EQ(valueOf(text, "node_ntp_root_dispersion_seconds"), 0.25);
  EXPECT_EQ(valueOf(text, "node_ntp_sanity"), 1);
  EXPECT_NEAR(valueOf(text, "node_ntp_offset_seconds"), 0, 0.5);
  EXPECT_NEAR(valueOf(text, "node_ntp_rtt_seconds"), 0.25, 0.25);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_NEAR(valueOf(text, "node_ntp_reference_timestamp_seconds"),
              std::chrono::duration<double>(now).count() - 100, 5);
}

TEST(Ntp, TellsHowFarTheServersClockIsAhead) {
  const std::string text = TimeServer(Answer{.received = 60, .transmitted = 60}).samples();
  EXPECT_NEAR(valueOf(text, "node_ntp_offset_seconds"), 60, 0.5);
  EXPECT_EQ(valueOf(text, "node_ntp_sanity"), 0);
}

TEST(Ntp, AsksInTheVersionThatItIsTold) {
  std::string first;
  {
    TimeServer server([&](std::string_view question) {
      first = question;
      return pack(Answer(), question);
    });
    server.samples({{"collector.ntp.protocol-version", "3"}, {"collector.ntp.ip-ttl", "0"}});
  }
  ASSERT_EQ(first.size(), 48u);
  EXPECT_EQ(first[0], 3 << 3 | 3);
}

TEST(Ntp, IsSaneOnlyWhereTheServerCanBeTrusted) {
  EXPECT_EQ(sanity({}), 1);
  EXPECT_EQ(sanity({.leap = 3}), 0);
  EXPECT_EQ(sanity({.stratum = 0}), 0);
  EXPECT_EQ(sanity({.stratum = 15}), 1);
  EXPECT_EQ(sanity({.stratum = 16}), 0);
  EXPECT_EQ(sanity({.reference = -131000}), 1);
  EXPECT_EQ(sanity({.reference = -131100}), 0);
  EXPECT_EQ(sanity({.reference = 10}), 0);
  EXPECT_EQ(sanity({.rootDispersion = 0x38000}), 0);  // 3.5 s are above the maximal distance
}

TEST(Ntp, TakesTheDistanceAndToleranceFromItsFlags) {
  const TimeServer far(Answer{.rootDelay = 0, .rootDispersion = 0x50000});
  EXPECT_EQ(valueOf(far.samples(), "node_ntp_sanity"), 0);
  EXPECT_EQ(valueOf(far.samples({{"collector.ntp.max-distance", "8s"}}), "node_ntp_sanity"), 1);
  const TimeServer ahead(Answer{.received = 5, .transmitted = 5});
  EXPECT_EQ(valueOf(ahead.samples(), "node_ntp_sanity"), 0);
  EXPECT_EQ(
      valueOf(ahead.samples({{"collector.ntp.local-offset-tolerance", "10s"}}), "node_ntp_sanity"),
      1);
}

TEST(Ntp, ToleratesASecondMoreAroundALeapSecond) {
  EXPECT_EQ(sanity({.received = 0.9, .transmitted = 0.9}), 0);
  EXPECT_EQ(sanity({.leap = 1, .received = 0.9, .transmitted = 0.9}), 1);
  EXPECT_EQ(sanity({.leap = 2, .received = 0.9, .transmitted = 0.9}), 1);
}

TEST(Ntp, RemembersTheLeapSecondAfterItsAnnouncement) {
  unsigned leap = 1;
  const TimeServer server([&](std::string_view question) {
    return pack({.leap = std::exchange(leap, 0), .received = 0.9, .transmitted = 0.9}, question);
  });
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    if (definition.name != "ntp") continue;
    Kernel kernel{TempSystem().roots()};
    const auto collector = definition.make(server.with({}), kernel);
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT(exposeText([&](Sink& out) { collector->collect(kernel, out); }),
                  HasSubstr("node_ntp_sanity 1\n"));
    }
  }
}

TEST(SntpAnswer, TakesTimesBeforeTheUnixEpochForTimesAfter2036) {
  const TimeServer server([](std::string_view question) {
    std::string packet = pack(Answer(), question);
    packet.replace(16, 8, 8, '\0');
    return packet;
  });
  EXPECT_EQ(valueOf(server.samples(), "node_ntp_reference_timestamp_seconds"), 2085978496);
}

TEST(Ntp, FailsWhereTheAnswerIsNone) {
  EXPECT_EQ(TimeServer(Answer{.mode = 3}).error(),
            "127.0.0.1:P: expected an answer in mode 4, got '3'");
  EXPECT_EQ(TimeServer(Answer{.repeatsOrigin = false}).error(),
            "127.0.0.1:P: answer to something that was not asked");
  EXPECT_EQ(TimeServer(Answer{.timeless = true}).error(), "127.0.0.1:P: answer without a time");
  EXPECT_EQ(TimeServer(Answer{.received = 5}).error(),
            "127.0.0.1:P: answer from before its question");
  EXPECT_EQ(TimeServer(Answer{.bytes = 47}).error(), "127.0.0.1:P: answer too short");
}

TEST(Ntp, GivesUpAfterASecond) {
  const TimeServer silent([](std::string_view) { return std::string(); });
  EXPECT_EQ(silent.error(), "127.0.0.1:P: Connection timed out");
}

TEST(Ntp, FailsWhereNobodyListens) {
  std::string port;
  {
    const TimeServer gone{Answer()};
    port = gone.port();
  }
  EXPECT_EQ(collectError("ntp", TempSystem(), Flags{{"collector.ntp.server-port", port}}),
            "127.0.0.1:" + port + ": Connection refused");
}

TEST(Ntp, RefusesFlagsThatCannotBeRight) {
  const auto refusal = [](const std::string& flag, const std::string& value) {
    return collectError("ntp", TempSystem(), Flags{{"collector.ntp." + flag, value}});
  };
  EXPECT_THAT(refusal("server", "192.0.2.1"), HasSubstr("--collector.ntp.server: expected"));
  EXPECT_THAT(refusal("server", "localhost"), HasSubstr("--collector.ntp.server: expected"));
  EXPECT_THAT(refusal("server", ""), HasSubstr("--collector.ntp.server: expected"));
}

TEST(Ntp, TakesOtherServersWhereTheyAreSaidToBeLocal) {
  const TimeServer server{Answer()};
  EXPECT_EQ(valueOf(server.samples({{"collector.ntp.server", "localhost"},
                                    {"collector.ntp.server-is-local", "true"}}),
                    "node_ntp_stratum"),
            2);
}

}  // namespace

}  // namespace orchestrator_exporter
