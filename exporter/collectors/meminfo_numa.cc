#include <string>
#include <string_view>
#include <vector>

#include "exporter/host/collector.h"
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
  void collect(Kernel& kernel, Sink& out) override {
    std::vector<Field> fields;
    for (const std::string_view name : numberedEntries(kernel, kDirectory, "node")) {
      readNode(kernel, name, fields);
    }
    for (const Field& field : fields) {
      const std::string help = "Field " + field.name + " of the node's memory.";
      ScalarFamily(out.family({"node_memory_numa_" + field.name, help, field.type}))
          .add(field.value, {{"node", field.node}});
    }
  }

  static void readNode(Kernel& kernel, std::string_view name, std::vector<Field>& fields) {
    for (const Row& row : kernel.require(kernel.path(kDirectory, "/", name, "/meminfo")).rows()) {
      if (!row.empty()) fields.push_back(memoryField(row));
    }
    const std::string_view digits = name.substr(std::string_view("node").size());
    const std::string_view node = digits.substr(0, digits.find_first_not_of("0123456789"));
    for (const Row& row : kernel.require(kernel.path(kDirectory, "/", name, "/numastat")).rows()) {
      if (!row.empty()) fields.push_back(allocationField(row, node));
    }
  }
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
