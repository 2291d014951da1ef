#include <cerrno>
#include <filesystem>
#include <optional>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/known_value.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectoryFlag = "collector.runit.servicedir";

// What runsv tells of its service in the 20 bytes of supervise/status (runit's sv.c): when it
// changed (TAI64N, big-endian), the process, whether it is paused, what is wanted, whether it was
// told to end, the state. daemontools write the first 18 of them.
constexpr std::size_t kWholeStatus = 20;
struct Status {
  explicit Status(std::string_view text) {
    constexpr std::uint64_t kTaiOfEpoch = 4611686018427387914;  // 2^62 and ten leap seconds
    constexpr std::size_t kTimeBytes = 8;
    constexpr std::size_t kWanted = 17;
    constexpr std::size_t kState = 19;
    if (text.size() >= kTimeBytes) {
      std::uint64_t tai = 0;
      for (const char byte : text.substr(0, kTimeBytes)) {
        tai = tai << 8 | static_cast<unsigned char>(byte);
      }
      changed = static_cast<double>(static_cast<std::int64_t>(tai - kTaiOfEpoch));
    }
    if (text.size() > kWanted) wantedUp = text[kWanted] == 'u' ? 1 : 0;
    if (text.size() > kState) state = static_cast<unsigned char>(text[kState]);
  }

  std::optional<double> changed = {};  // Unix time
  std::optional<double> wantedUp = {};
  std::optional<double> state = {};  // 0 down, 1 up, 2 finish
};

class Runit final : public Collector {
 public:
  explicit Runit(const Flags& flags) : directory_(flags.text(kDirectoryFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const std::string directory = std::filesystem::absolute(directory_).string();
    const auto services = kernel.list(directory);
    if (!services) throw ReadError(ENOENT, directory);
    for (const std::string_view service : *services) {
      complaints_.attempt([&] { giveService(kernel, directory, service, out); });
    }
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveService(Kernel& kernel, std::string_view directory, std::string_view service,
                   Sink& out) {
    const std::string_view supervise = kernel.path(directory, "/", service, "/supervise/");
    const auto file = kernel.read(kernel.path(supervise, "status"));
    if (!file) return;
    give(service, Status(file->text), kernel.exists(kernel.path(supervise, "down")), out);
    if (file->text.size() < kWholeStatus) {
      complaints_.add(
          ParseError(file->path, 0, "20 bytes", std::to_string(file->text.size())).what());
    }
  }

  static void give(std::string_view service, const Status& status, bool normallyDown, Sink& out) {
    const std::initializer_list<Label> labels = {{"service", service}, {"supervisor", "runit"}};
    addIfKnown(out.gauge("node_service_state", "State of the service: 0 down, 1 up, 2 finishing."),
               status.state, labels);
    addIfKnown(
        out.gauge("node_service_desired_state", "Whether the service is meant to be up now."),
        status.wantedUp, labels);
    out.gauge("node_service_normal_state", "Whether the service is up after a start of the host.")
        .add(normallyDown ? 0 : 1, labels);
    addIfKnown(out.gauge("node_service_state_last_change_timestamp_seconds",
                         "When the service last changed its state, Unix time."),
               status.changed, labels);
  }

  std::string directory_;
  Complaints complaints_;
};

const RegisterCollector<Runit> runit{
    {.name = "runit",
     .onByDefault = kOffByDefault,
     .flags = {textFlag(std::string(kDirectoryFlag), "/etc/service",
                        "Directory of the services that runit looks after.")},
     .reads = "SERVICE/supervise/status and SERVICE/supervise/down in --collector.runit.servicedir",
     .needs = "the right to read the supervise directories, which are root's",
     .deprecated = true}};

}  // namespace

}  // namespace orchestrator_exporter
