#include <array>
#include <cerrno>
#include <filesystem>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectoryFlag = "collector.runit.servicedir";

// What runsv tells of its service in the 20 bytes of supervise/status (runit's sv.c): when it
// changed (TAI64N, big-endian), the process, whether it is paused, what is wanted, whether it was
// told to end, the state. Bytes that the file lacks count as 0, as with node_exporter.
struct Status {
  explicit Status(std::string_view text) {
    constexpr std::uint64_t kTaiOfEpoch = 4611686018427387914;  // 2^62 and ten leap seconds
    std::array<unsigned char, 20> bytes{};
    text.copy(reinterpret_cast<char*>(bytes.data()), bytes.size());
    std::uint64_t tai = 0;
    for (std::size_t i = 0; i < 8; ++i) tai = tai << 8 | bytes[i];
    changed = static_cast<std::int64_t>(tai - kTaiOfEpoch);
    wantedUp = bytes[17] == 'u';
    state = bytes[19];
  }

  std::int64_t changed;  // Unix time
  bool wantedUp;
  unsigned state;  // 0 down, 1 up, 2 finish
};

class Runit final : public Collector {
 public:
  explicit Runit(const Flags& flags) : directory_(flags.text(kDirectoryFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    const std::string directory = std::filesystem::absolute(directory_).string();
    const auto services = kernel.list(directory);
    if (!services) throw ReadError(ENOENT, directory);
    for (const std::string_view service : *services) {
      const std::string_view supervise = kernel.path(directory, "/", service, "/supervise/");
      const auto file = kernel.read(kernel.path(supervise, "status"),
                                    {EACCES, EISDIR, EINVAL, EIO, ELOOP, ENXIO});
      if (!file || file->text.empty()) continue;
      give(service, Status(file->text), kernel.exists(kernel.path(supervise, "down")), out);
    }
  }

 private:
  static void give(std::string_view service, const Status& status, bool normallyDown, Sink& out) {
    const Label labels[] = {{"service", service}, {"supervisor", "runit"}};
    out.gauge("node_service_state", "State of the service: 0 down, 1 up, 2 finishing.")
        .add(status.state, labels);
    out.gauge("node_service_desired_state", "Whether the service is meant to be up now.")
        .add(status.wantedUp ? 1 : 0, labels);
    out.gauge("node_service_normal_state", "Whether the service is up after a start of the host.")
        .add(normallyDown ? 0 : 1, labels);
    out.gauge("node_service_state_last_change_timestamp_seconds",
              "When the service last changed its state, Unix time.")
        .add(static_cast<double>(status.changed), labels);
  }

  std::string directory_;
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
