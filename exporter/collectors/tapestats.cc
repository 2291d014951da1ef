#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"
#include "exporter/kernel/attribute.h"
#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

constexpr char kIgnoredFlag[] = "collector.tapestats.ignored-devices";

// Documentation/scsi/st.rst of the kernel.
struct Attribute {
  std::string_view file;
  MetricType type;
  std::string_view family;
  std::string_view help;
  double scale = 1;
};

constexpr double kNanosecond = 1e-9;
constexpr std::array kAttributes = {
    Attribute{"in_flight", MetricType::kGauge, "node_tape_io_now",
              "Requests that are under way now."},
    Attribute{"io_ns", MetricType::kCounter, "node_tape_io_time_seconds_total",
              "Time spent waiting for requests of any kind to end.", kNanosecond},
    Attribute{"other_cnt", MetricType::kCounter, "node_tape_io_others_total",
              "Requests that were neither reads nor writes, most of them to move the tape."},
    Attribute{"read_byte_cnt", MetricType::kCounter, "node_tape_read_bytes_total", "Bytes read."},
    Attribute{"read_cnt", MetricType::kCounter, "node_tape_reads_completed_total", "Reads ended."},
    Attribute{"read_ns", MetricType::kCounter, "node_tape_read_time_seconds_total",
              "Time spent waiting for reads to end.", kNanosecond},
    Attribute{"resid_cnt", MetricType::kCounter, "node_tape_residual_total",
              "Requests that moved less than was asked for."},
    Attribute{"write_byte_cnt", MetricType::kCounter, "node_tape_written_bytes_total",
              "Bytes written."},
    Attribute{"write_cnt", MetricType::kCounter, "node_tape_writes_completed_total",
              "Writes ended."},
    Attribute{"write_ns", MetricType::kCounter, "node_tape_write_time_seconds_total",
              "Time spent waiting for writes to end.", kNanosecond},
};

struct Drive {
  std::string_view name;
  std::array<std::uint64_t, kAttributes.size()> values{};
};

class Tapestats final : public Collector {
 public:
  explicit Tapestats(const Flags& flags) : ignored_(kIgnoredFlag, flags.text(kIgnoredFlag)) {}

 private:
  void collect(Kernel& kernel, Sink& out) override {
    const auto names = kernel.list("sys/class/scsi_tape");
    if (!names) throw NoData{};
    std::vector<Drive> drives;
    for (const std::string_view name : *names) {
      if (isDrive(name)) drives.push_back(read(kernel, name));
    }
    for (const Drive& drive : drives) {
      if (ignored_.matches(drive.name)) continue;
      for (std::size_t i = 0; i < kAttributes.size(); ++i) {
        const Attribute& attribute = kAttributes[i];
        ScalarFamily(out.family({attribute.family, attribute.help, attribute.type, {}}))
            .add(static_cast<double>(drive.values[i]) * attribute.scale, {{"device", drive.name}});
      }
    }
  }

  // st0, and not the further names of the same drive: nst0 does not rewind, st0a has another mode.
  static bool isDrive(std::string_view name) {
    return name.size() > 2 && name.starts_with("st") &&
           name.find_first_not_of("0123456789", 2) == std::string_view::npos;
  }

  static Drive read(Kernel& kernel, std::string_view name) {
    Drive drive{name};
    for (std::size_t i = 0; i < kAttributes.size(); ++i) {
      const std::string_view path =
          kernel.path("sys/class/scsi_tape/", name, "/stats/", kAttributes[i].file);
      const auto text = readAttribute(kernel, path);
      if (!text) throw ReadError(ENOENT, path);
      const auto value = parseUnsignedLiteral(*text);
      if (!value) throw ParseError(path, 1, "a whole number of at most 64 bits", *text);
      drive.values[i] = *value;
    }
    return drive;
  }

  Pattern ignored_;
};

const RegisterCollector<Tapestats> tapestats{
    {.name = "tapestats",
     .flags = {patternFlag(kIgnoredFlag, "^$", "Regular expression of the drives to leave out.")},
     .reads = "sys/class/scsi_tape/st<N>/stats/*"}};

}  // namespace

}  // namespace orchestrator_exporter
