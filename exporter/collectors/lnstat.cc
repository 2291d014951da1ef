#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

// Of a value, as the kernel writes it.
constexpr std::size_t kDigits = 8;

class Lnstat final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto names = kernel.list("proc/net/stat");
    if (!names) return;
    for (const std::string_view name : *names) {
      complaints_.attempt([&] {
        const auto file = kernel.read(kernel.path("proc/net/stat/", name), {EISDIR});
        if (file) give(kernel, *file, name, out);
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  // A header, then one row of hexadecimal values for each processor.
  void give(Kernel& kernel, const KernelFile& file, std::string_view name, Sink& out) {
    const Row header = file.firstLine();
    if (header.empty()) return;
    if (isAnyNumber(header)) throw header.error("the names of the columns", header.text());
    std::size_t cpu = 0;
    for (const Row& row : file.rows()) {
      // What is no row of a processor does not count for one.
      const bool whole = row.size() == header.size();
      if (row.lineNumber() == 1 || !(whole || isAnyNumber(row))) continue;
      const std::string number = std::to_string(cpu++);
      for (std::size_t i = 0; i < std::min(row.size(), header.size()); ++i) {
        complaints_.attempt([&] {
          const auto value = static_cast<double>(row.hexadecimal(i));
          out.counter(kernel.path("node_lnstat_", header.word(i), "_total"),
                      kernel.path("Value of ", header.word(i), " in a table of proc/net/stat."))
              .add(value, {{"cpu", number}, {"subsystem", name}});
        });
      }
    }
  }

  static bool isAnyNumber(const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row.word(i).size() == kDigits && parseUnsigned(row.word(i), 16)) return true;
    }
    return false;
  }

  Complaints complaints_;
};

const RegisterCollector<Lnstat> lnstat{
    {.name = "lnstat", .onByDefault = kOffByDefault, .reads = "proc/net/stat/*"}};

}  // namespace

}  // namespace orchestrator_exporter
