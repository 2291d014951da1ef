#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"
#include "exporter/kernel/numbered_entries.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/devices/system/node";

struct Field {
  MetricType type;
  std::string name;
  std::string_view node;
  double value;
};

// Active(anon): becomes Active_anon.
std::string nameOf(const Row& row) {
  std::string name(row.word(2));
  while (name.ends_with(':')) name.pop_back();
  if (name.empty()) throw row.error("a field", row.word(2));
  const std::size_t open = name.find('(');
  const std::size_t close = name.rfind(')');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    name.erase(close, 1);
    name[open] = '_';
  }
  return name;
}

// `Node 0 MemFree:  1048 kB`, and counts without a unit.
Field memoryField(const Row& row) {
  double value = row.number(3);
  if (row.size() == 5 && row.word(4) == "kB") {
    value *= 1024;
  } else if (row.size() != 4) {
    throw row.error("a number, or a number and kB", row.text());
  }
  return {MetricType::kGauge, nameOf(row), row.word(1), value};
}

// `numa_hit 193460335812`.
Field allocationField(const Row& row, std::string_view node) {
  if (row.size() != 2) throw row.error("a name and a number", row.text());
  return {MetricType::kCounter, std::string(row.word(0)) + "_total", node, row.number(1)};
}

class MeminfoNuma final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    for (const std::string_view name : numberedEntries(kernel, kDirectory, "node")) {
      giveNode(kernel, name, out);
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  void giveNode(Kernel& kernel, std::string_view name, Sink& out) {
    forEachRow(kernel, kernel.path(kDirectory, "/", name, "/meminfo"), [&](const Row& row) {
      if (row.word(0) == "Node") give(memoryField(row), out);
    });
    const std::string_view digits = name.substr(std::string_view("node").size());
    const std::string_view node = digits.substr(0, digits.find_first_not_of("0123456789"));
    forEachRow(kernel, kernel.path(kDirectory, "/", name, "/numastat"),
               [&](const Row& row) { give(allocationField(row, node), out); });
  }

  // Calls act(row) for each row that is not empty; one that makes no sense costs itself.
  template <typename Act>
  void forEachRow(Kernel& kernel, std::string_view path, Act act) {
    complaints_.attempt([&] {
      for (const Row& row : kernel.require(path).rows()) {
        if (!row.empty()) complaints_.attempt([&] { act(row); });
      }
    });
  }

  static void give(const Field& field, Sink& out) {
    const std::string help = "Field " + field.name + " of the node's memory.";
    ScalarFamily(out.family({"node_memory_numa_" + field.name, help, field.type}))
        .add(field.value, {{"node", field.node}});
  }

  Complaints complaints_;
};

const RegisterCollector<MeminfoNuma> meminfoNuma{
    {.name = "meminfo_numa",
     .onByDefault = kOffByDefault,
     .reads = "sys/devices/system/node/node<N>/{meminfo,numastat}",
     .generates = [](Sink& out) {
       out.gauge("node_memory_numa_*", "A field of the node's memory.");
     }}};

}  // namespace

}  // namespace orchestrator_exporter
