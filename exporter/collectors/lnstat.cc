#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

struct Value {
  std::string_view column;
  std::string_view file;
  std::size_t cpu;
  double value;
};

class Lnstat final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    values_.clear();
    const auto names = kernel.list("proc/net/stat");
    if (!names) return;
    for (const std::string_view name : *names) {
      if (const auto file = kernel.read(kernel.path("proc/net/stat/", name), {EISDIR})) {
        read(*file, name);
      }
    }
    for (const Value& value : values_) {
      out.counter(kernel.path("node_lnstat_", value.column, "_total"),
                  kernel.path("Value of ", value.column, " in a table of proc/net/stat."))
          .add(value.value, {{"cpu", std::to_string(value.cpu)}, {"subsystem", value.file}});
    }
  }

  // A header, then one row of hexadecimal values for each processor.
  void read(const KernelFile& file, std::string_view name) {
    const Row header = file.firstLine();
    rowsOfColumn_.assign(header.size(), 0);
    for (const Row& row : file.rows()) {
      if (row.lineNumber() == 1) continue;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const auto value = static_cast<double>(row.hexadecimal(i));
        values_.push_back({header.word(i), name, rowsOfColumn_[i]++, value});
      }
    }
  }

  std::vector<Value> values_;
  // A row that is shorter than the header does not count for the columns that it lacks.
  std::vector<std::size_t> rowsOfColumn_;
};

const RegisterCollector<Lnstat> lnstat{
    {.name = "lnstat", .onByDefault = kOffByDefault, .reads = "proc/net/stat/*"}};

}  // namespace

}  // namespace orchestrator_exporter
