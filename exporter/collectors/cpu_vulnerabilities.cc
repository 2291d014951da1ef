#include <strings.h>

#include <string>
#include <string_view>

#include "exporter/host/collector.h"
#include "exporter/host/complaints.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDirectory = "sys/devices/system/cpu/vulnerabilities";

struct Vulnerability {
  std::string_view codename;
  std::string_view state;
  std::string mitigation;
};

// How a text starts, in any case, which is also the name of the state.
constexpr std::string_view kNotAffected = "not affected";
constexpr std::string_view kUnknown = "unknown";
constexpr std::string_view kWithMitigation[] = {"vulnerable", "mitigation", kUnknown};

bool startsWith(std::string_view text, std::string_view state) {
  return text.size() >= state.size() && strncasecmp(text.data(), state.data(), state.size()) == 0;
}

// `Mitigation: PTI` mitigates by PTI, `Vulnerable, IBPB: disabled` by `IBPB: disabled`.
std::string withoutFirstWord(std::string_view text) {
  std::string rest;
  for (const Row& row : Rows({}, text)) {
    for (std::size_t i = row.lineNumber() == 1 ? 1 : 0; i < row.size(); ++i) {
      if (!rest.empty()) rest += ' ';
      rest += row.word(i);
    }
  }
  return rest;
}

Vulnerability vulnerabilityOf(std::string_view codename, std::string_view text) {
  if (startsWith(text, kNotAffected)) return {codename, kNotAffected, {}};
  for (const std::string_view state : kWithMitigation) {
    if (startsWith(text, state)) return {codename, state, withoutFirstWord(text)};
  }
  return {codename, kUnknown, std::string(text)};
}

class CpuVulnerabilities final : public Collector {
 public:
  void collect(Kernel& kernel, Sink& out) override {
    complaints_.clear();
    const auto codenames = kernel.list(kDirectory);
    if (!codenames) return;  // a kernel before 4.15
    const auto info = out.gauge("node_cpu_vulnerabilities_info",
                                "How the host stands to a flaw of its processors; always 1.");
    for (const std::string_view codename : *codenames) {
      complaints_.attempt([&] {
        const KernelFile file = kernel.require(kernel.path(kDirectory, "/", codename));
        const Vulnerability vulnerability = vulnerabilityOf(codename, trim(file.text));
        info.add(1, {{"codename", vulnerability.codename},
                     {"state", vulnerability.state},
                     {"mitigation", vulnerability.mitigation}});
      });
    }
    complaints_.failIfNothingWasRead();
  }

  std::string complaint() const override { return complaints_.text(); }

 private:
  Complaints complaints_;
};

const RegisterCollector<CpuVulnerabilities> cpuVulnerabilities{
    {.name = "cpu_vulnerabilities",
     .onByDefault = kOffByDefault,
     .reads = "sys/devices/system/cpu/vulnerabilities"}};

}  // namespace

}  // namespace orchestrator_exporter
