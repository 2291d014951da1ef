#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "exporter/daemons/sntp.h"
#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

double seconds(std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) / kSecond; }

std::int64_t nanoseconds(std::chrono::duration<double> duration) {
  return std::llround(duration.count() * static_cast<double>(kSecond));
}

bool isLoopback(const std::string& host) {
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  if (inet_pton(AF_INET6, host.c_str(), &six) != 1) return false;
  return IN6_IS_ADDR_LOOPBACK(&six) || (IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127);
}

SntpServer serverOf(const Flags& flags) {
  SntpServer server;
  server.host = flags.text("collector.ntp.server");
  if (!flags.enabled("collector.ntp.server-is-local") && !isLoopback(server.host)) {
    throw StartError("--collector.ntp.server: expected an address of loopback, got '" +
                     server.host + "'; --collector.ntp.server-is-local allows others");
  }
  server.port = static_cast<std::uint16_t>(flags.integer("collector.ntp.server-port"));
  server.version = static_cast<unsigned>(flags.integer("collector.ntp.protocol-version"));
  server.hops = static_cast<int>(flags.integer("collector.ntp.ip-ttl"));
  return server;
}

class Ntp final : public Collector {
 public:
  explicit Ntp(const Flags& flags)
      : server_(serverOf(flags)),
        mostDistance_(nanoseconds(flags.duration("collector.ntp.max-distance"))),
        tolerance_(nanoseconds(flags.duration("collector.ntp.local-offset-tolerance"))) {}

  bool mayBlock() const override { return true; }

  void collect(Kernel& kernel, Sink& out) override {
    constexpr auto kLongestWait = std::chrono::seconds(1);
    const SntpAnswer answer =
        askSntp(server_, std::min(kernel.deadline(), Kernel::Clock::now() + kLongestWait));
    out.gauge("node_ntp_stratum", "How far the server is from a reference clock.")
        .add(answer.stratum);
    out.gauge("node_ntp_leap", "Announced leap second: 1 more, 2 less; 3 not synchronized.")
        .add(answer.leap);
    out.gauge("node_ntp_rtt_seconds", "Time that question and answer were under way.")
        .add(seconds(answer.roundTrip()));
    out.gauge("node_ntp_offset_seconds", "How far the server's clock is ahead of this host's.")
        .add(seconds(answer.offset()));
    out.gauge("node_ntp_reference_timestamp_seconds",
              "When the server's clock was last set, Unix time.")
        .add(answer.reference >= kSecond ? seconds(answer.reference) : 0);
    out.gauge("node_ntp_root_delay_seconds", "Round trip from the server to the reference clock.")
        .add(seconds(answer.rootDelay));
    out.gauge("node_ntp_root_dispersion_seconds",
              "Error that the server has gathered on the way to the reference clock.")
        .add(seconds(answer.rootDispersion));
    out.gauge("node_ntp_sanity", "Whether the server can be trusted and this host's clock agrees.")
        .add(isSane(answer) ? 1 : 0);
  }

 private:
  // The server drops its announcement right after the leap second, so its midnight is remembered:
  // clocks that smear the second are off by up to one from a day before it to a day after.
  bool isSane(const SntpAnswer& answer) {
    if (answer.leap == 1 || answer.leap == 2) {
      leapMidnight_ = (answer.transmitted / kDay + 1) * kDay;
    }
    const bool smears = leapMidnight_ && *leapMidnight_ - kDay < answer.transmitted &&
                        answer.transmitted < *leapMidnight_ + kDay;
    return answer.isValid() && answer.rootDistance() <= mostDistance_ &&
           answer.leastError() <= tolerance_ + (smears ? kSecond : 0);
  }

  SntpServer server_;
  std::int64_t mostDistance_;
  std::int64_t tolerance_;
  std::optional<std::int64_t> leapMidnight_;
};

const RegisterCollector<Ntp> ntp{
    {.name = "ntp",
     .onByDefault = kOffByDefault,
     .flags = {textFlag("collector.ntp.server", "127.0.0.1", "Time server of this host."),
               integerFlag("collector.ntp.server-port", 123, {1, 65535},
                           "Port of the time server."),
               integerFlag("collector.ntp.protocol-version", 4, {2, 4},
                           "Version of NTP to speak: 2 to 4."),
               switchFlag("collector.ntp.server-is-local", false,
                          "Ask a server too whose address is not of loopback."),
               integerFlag("collector.ntp.ip-ttl", 1, {0, 255},
                           "Routers that a question may pass."),
               durationFlag("collector.ntp.max-distance", "3.46608s", kNotNegative,
                            "Most that the server's time may be wrong by."),
               durationFlag("collector.ntp.local-offset-tolerance", "1ms", kNotNegative,
                            "Most that this host's clock may be off.")},
     .reads = "one question over UDP to --collector.ntp.server",
     .deprecated = true}};

}  // namespace

}  // namespace orchestrator_exporter
