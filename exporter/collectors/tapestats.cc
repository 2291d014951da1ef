#include <array>
#include <string_view>

#include "exporter/host/attribute_reader.h"
#include "exporter/host/collector.h"
#include "exporter/host/pattern.h"

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

class Tapestats final : public Collector {
 public:
  explicit Tapestats(const Flags& flags) : ignored_(kIgnoredFlag, flags.text(kIgnoredFlag)) {}

 private:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list("sys/class/scsi_tape");
    if (!names) throw NoData{};
    for (const std::string_view name : *names) {
      if (isDrive(name) && !ignored_.matches(name)) giveDrive(kernel, name, out);
    }
  }

  std::string complaint() const override { return complaints_.text(); }

  // st0, and not the further names of the same drive: nst0 does not rewind, st0a has another mode.
  static bool isDrive(std::string_view name) {
    return name.size() > 2 && name.starts_with("st") &&
           name.find_first_not_of("0123456789", 2) == std::string_view::npos;
  }

  void giveDrive(Kernel& kernel, std::string_view name, Sink& out) {
    AttributeReader attributes(kernel, complaints_);
    for (const Attribute& attribute : kAttributes) {
      const auto value = attributes.unsignedInteger(
          kernel.path("sys/class/scsi_tape/", name, "/stats/", attribute.file));
      if (!value) continue;
      ScalarFamily(out.family({attribute.family, attribute.help, attribute.type, {}}))
          .add(static_cast<double>(*value) * attribute.scale, {{"device", name}});
    }
  }

  Pattern ignored_;
  Complaints complaints_;
};

const RegisterCollector<Tapestats> tapestats{
    {.name = "tapestats",
     .flags = {patternFlag(kIgnoredFlag, "^$", "Regular expression of the drives to leave out.")},
     .reads = "sys/class/scsi_tape/st<N>/stats/*"}};

}  // namespace

}  // namespace orchestrator_exporter
