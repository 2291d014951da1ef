#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kIncludeFlag = "collector.interrupts.name-include";
constexpr const char* kExcludeFlag = "collector.interrupts.name-exclude";
constexpr const char* kZerosFlag = "collector.interrupts.include-zeros";

// One line, `24:  0  17  IO-APIC   5-edge   eth0`: its counts are the first words of `columns`.
struct Interrupt {
  std::string_view name;
  Row columns;
  std::string info;
  std::string devices;
};

std::string joined(const Row& row, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < row.size(); ++i) {
    if (i > first) text += ' ';
    text += row.word(i);
  }
  return text;
}

// The numbers of the processors that have a column, from the header. Processors that are offline
// have none.
std::vector<std::string> processorsOf(const Row& header) {
  constexpr std::string_view kPrefix = "CPU";
  std::vector<std::string> processors;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string_view word = header.word(i);
    const auto number =
        word.starts_with(kPrefix) ? parseUnsigned(word.substr(kPrefix.size())) : std::nullopt;
    if (!number) throw header.error("CPU and its number", word);
    processors.push_back(std::to_string(*number));
  }
  if (processors.empty()) throw header.error("a header", header.text());
  return processors;
}

// All lines that tell more than counts; of a name that comes twice the last one stands.
std::vector<Interrupt> parse(const KernelFile& file, std::size_t processors) {
  std::vector<Interrupt> interrupts;
  std::unordered_map<std::string_view, std::size_t> places;
  for (const Row& row : file.rows()) {
    const std::size_t colon = row.text().find(':');
    if (row.lineNumber() == 1 || colon == std::string_view::npos) continue;
    // Some architectures leave no blank between the colon and the first count.
    Interrupt interrupt{.name = row.text().substr(0, colon),
                        .columns = Row(file.path, row.lineNumber(), row.text().substr(colon + 1)),
                        .info = {},
                        .devices = {}};
    if (interrupt.columns.size() < processors + 1) continue;  // ERR and MIS have a single count
    const std::size_t begin = interrupt.name.find_first_not_of(' ');
    interrupt.name.remove_prefix(std::min(begin, interrupt.name.size()));
    if (parseInteger(interrupt.name)) {
      interrupt.info = interrupt.columns.word(processors);
      interrupt.devices = joined(interrupt.columns, processors + 1);
    } else {
      interrupt.info = joined(interrupt.columns, processors);
    }
    const auto [place, isNew] = places.emplace(interrupt.name, interrupts.size());
    if (isNew) {
      interrupts.push_back(std::move(interrupt));
    } else {
      interrupts[place->second] = std::move(interrupt);
    }
  }
  return interrupts;
}

class Interrupts final : public Collector {
 public:
  explicit Interrupts(const Flags& flags)
      : names_(NameFilter::fromFlags(flags, kIncludeFlag, kExcludeFlag)),
        zeros_(flags.enabled(kZerosFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const KernelFile file = kernel.require("proc/interrupts");
    const std::vector<std::string> processors = processorsOf(file.firstLine());
    const auto total = out.counter("node_interrupts_total", "Interrupts served, by processor.");
    for (const Interrupt& interrupt : parse(file, processors.size())) {
      if (!takes(interrupt)) continue;
      for (std::size_t i = 0; i < processors.size(); ++i) {
        complaints_.attempt([&] {
          const double count = interrupt.columns.number(i);
          if (count == 0 && !zeros_) return;
          total.add(count, {{"cpu", processors[i]},
                            {"type", interrupt.name},
                            {"info", interrupt.info},
                            {"devices", interrupt.devices}});
        });
      }
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  bool takes(const Interrupt& interrupt) const {
    return names_.takes(std::string(interrupt.name) + ';' + interrupt.info + ';' +
                        interrupt.devices);
  }

  NameFilter names_;
  bool zeros_;
  Complaints complaints_;
};

const RegisterCollector<Interrupts> interrupts{
    {.name = "interrupts",
     .onByDefault = kOffByDefault,
     .flags = {patternFlag(kIncludeFlag, "", "Expression for name;info;devices to report."),
               patternFlag(kExcludeFlag, "", "Expression for name;info;devices to leave out."),
               switchFlag(kZerosFlag, true, "Report interrupts that never came.")},
     .reads = "proc/interrupts"}};

}  // namespace

}  // namespace orchestrator_exporter
