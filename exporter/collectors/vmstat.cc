#include <string>
#include <vector>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/host/pattern.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kFieldsFlag = "collector.vmstat.fields";

class Vmstat final : public Collector {
 public:
  explicit Vmstat(const Flags& flags) : taken_(kFieldsFlag, flags.text(kFieldsFlag)) {}

  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    std::size_t line = 0;
    for (const Row& row : kernel.require("proc/vmstat").rows()) {
      if (row.empty()) continue;
      const Field& field = fieldAt(line++, row.word(0));
      if (!field.taken) continue;
      complaints_.attempt([&] { out.untyped(field.family, field.help).add(row.number(1)); });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  struct Field {
    std::string key;
    bool taken = false;
    std::string family = {};
    std::string help = {};
  };

  // The rows have the same keys in the same places at every scrape, so an expression is matched
  // once.
  const Field& fieldAt(std::size_t line, std::string_view key) {
    if (line >= fields_.size()) fields_.resize(line + 1);
    Field& field = fields_[line];
    if (field.key == key) return field;
    field = {.key = std::string(key), .taken = taken_.matches(key)};
    if (field.taken) {
      field.family = "node_vmstat_" + field.key;
      field.help = "Field " + field.key + " of proc/vmstat.";
    }
    return field;
  }

  Pattern taken_;
  std::vector<Field> fields_;
  Complaints complaints_;
};

const RegisterCollector<Vmstat> vmstat{
    {.name = "vmstat",
     .flags = {patternFlag(kFieldsFlag, "^(oom_kill|pgpg|pswp|pg.*fault).*",
                           "Expression for the fields of proc/vmstat to report.")},
     .reads = "proc/vmstat"}};

}  // namespace

}  // namespace orchestrator_exporter
