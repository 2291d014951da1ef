#include "tests/support/collector_catalogue.h"

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "exporter/host/collector.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

// One text literal, or several that the compiler joins.
constexpr const char* kText = R"re((?:"(?:[^"\\]|\\.)*"\s*)+)re";

std::string readFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

std::string typeWord(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kUntyped:
      return "untyped";
    case MetricType::kHistogram:
      return "histogram";
    case MetricType::kSummary:
      return "summary";
    default:
      return "gauge";
  }
}

// Takes the notes of families, and no samples.
class FamilyNoter final : public Sink, private FamilySink {
 public:
  explicit FamilyNoter(FamilyList& families) : families_(families) {}

  FamilySink& family(const FamilyHead& head) override {
    families_[std::string(head.name)] = {typeWord(head.type), std::string(head.help)};
    return *this;
  }

 private:
  void sample(double, std::span<const Label>, const SampleExtras&) override {}
  void histogram(const HistogramValue&, std::span<const Label>) override {}
  void summary(const SummaryValue&, std::span<const Label>) override {}

  FamilyList& families_;
};

// Joins literals and undoes their escapes.
std::string joinLiterals(const std::string& literals) {
  std::string text;
  bool inside = false;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (literals[i] == '"') {
      inside = !inside;
    } else if (inside && literals[i] == '\\') {
      text += literals[++i];
    } else if (inside) {
      text += literals[i];
    }
  }
  return text;
}

std::string withoutComments(const std::string& source) {
  return std::regex_replace(source, std::regex(R"(//[^\n]*)"), "");
}

template <typename Take>
void forEachMatch(const std::string& text, const std::string& expression, Take take) {
  const std::regex compiled(expression);
  for (std::sregex_iterator it(text.begin(), text.end(), compiled), end; it != end; ++it) take(*it);
}

// The type of the calls that take their name from elsewhere; empty if there are none or several.
std::string typeOfOtherCalls(const std::string& source) {
  std::set<std::string> types;
  forEachMatch(source, R"re(\.(counter|gauge|untyped)\(\s*[^"\s)])re",
               [&](const std::smatch& match) { types.insert(match[1]); });
  return types.size() == 1 ? *types.begin() : "";
}

// Whether all that it reads lies in the trees that a test can stand in for.
bool readsFilesOnly(const CollectorDefinition& collector) {
  const auto reads = [&](const char* what) {
    return collector.reads.find(what) != std::string::npos;
  };
  return !(reads("netlink") || reads("ioctl") || reads("(2)") || reads("system bus") ||
           reads("selinuxfs") || reads("--"));
}

void run(const CollectorDefinition& collector, const Flags& flags, FamilyList& families) {
  FamilyNoter noter(families);
  Kernel kernel(fixture("typical"));
  try {
    collector.make(flags, kernel)->collect(kernel, noter);
  } catch (const std::exception&) {
    // What the small host of the fixture does not have is named by the source alone.
  }
}

FamilyList familiesOf(const CollectorDefinition& collector,
                      const std::filesystem::path& sourceRoot) {
  FamilyList families =
      familiesInSource(readFile(sourceRoot / "exporter/collectors" / (collector.name + ".cc")));
  if (collector.generates) {
    FamilyNoter noter(families);
    collector.generates(noter);
  }
  if (!readsFilesOnly(collector)) return families;
  run(collector, Flags(), families);
  for (const FlagDefinition& flag : collector.flags) {
    if (flag.kind != FlagKind::kSwitch) continue;
    const bool on = flag.defaultValue == "true";
    run(collector, Flags{{flag.name, on ? "false" : "true"}}, families);
  }
  return families;
}

// A text as a cell of a table.
std::string cell(std::string text) { return std::regex_replace(text, std::regex(R"(\|)"), "\\|"); }

std::string code(const std::string& text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

void writeFlags(const CollectorDefinition& collector, std::ostream& out) {
  const auto isShown = [](const FlagDefinition& flag) { return !flag.hidden; };
  if (std::none_of(collector.flags.begin(), collector.flags.end(), isShown)) return;
  out << "\n| flag | default | |\n|---|---|---|\n";
  for (const FlagDefinition& flag : collector.flags) {
    if (!isShown(flag)) continue;
    const std::string dashes = flag.kind == FlagKind::kSwitch ? "--[no-]" : "--";
    out << "| " << code(dashes + flag.name) << " | " << code(flag.defaultValue) << " | "
        << cell(flag.help) << (flag.kind == FlagKind::kList ? " Repeatable." : "")
        << (flag.environment.empty() ? "" : " Environment: " + flag.environment + ".") << " |\n";
  }
}

void writeFamilies(const FamilyList& families, std::ostream& out) {
  out << "\n| family | type | |\n|---|---|---|\n";
  for (const auto& [name, notes] : families) {
    out << "| " << code(name) << " | " << notes.type << " | " << cell(notes.help) << " |\n";
  }
}

}  // namespace

FamilyList familiesInSource(std::string_view sourceText) {
  const std::string source = withoutComments(std::string(sourceText));
  const std::string help = std::string(R"re((?:,\s*()re") + kText + "))?";
  FamilyList families;
  const std::string fallback = typeOfOtherCalls(source);
  // A row of a table: the first text after the name is its help.
  forEachMatch(
      source,
      R"re("((?:node|namedprocess|cgroup|process_exporter)_[a-zA-Z0-9_]*)"(?:[^"{};]*,\s*()re" +
          std::string(kText) + "))?",
      [&](const std::smatch& match) {
        const std::string name = match[1];
        const bool begins = name.ends_with('_');
        families[begins ? name + "*" : name] = {fallback, begins ? "" : joinLiterals(match[2])};
      });
  forEachMatch(
      source,
      R"re(\bk(Counter|Gauge|Untyped),\s*(?:"[^"]*",\s*)?"((?:node|namedprocess|cgroup)_\w+)")re",
      [&](const std::smatch& match) {
        std::string type = match[1];
        type[0] = static_cast<char>(type[0] - 'A' + 'a');
        families[match[2]].type = type;
      });
  forEachMatch(
      source,
      R"re(\b(counter|gauge|untyped|info|histogram|summary)\(\s*"((?:node|namedprocess|cgroup|process_exporter)_\w*[^\W_])")re" +
          help,
      [&](const std::smatch& match) {
        const std::string type = match[1];
        families[match[2]] = {type == "info" ? "gauge" : type, joinLiterals(match[3])};
      });
  return families;
}

std::string collectorCatalogue(const std::filesystem::path& sourceRoot) {
  std::ostringstream out;
  out << "# Collectors\n\n"
         "Written by `scripts/write-collector-catalogue` from what the collectors say of "
         "themselves; a\n"
         "test fails when it is stale. A `*` stands for what the kernel names.\n\n"
         "| collector | default | reads | needs |\n|---|---|---|---|\n";
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    if (collector.name.starts_with("test_")) continue;
    out << "| [" << collector.name << "](#" << collector.name << ") | "
        << (collector.onByDefault ? "on" : "off") << (collector.deprecated ? ", deprecated" : "")
        << " | " << cell(collector.reads) << " | " << cell(collector.needs) << " |\n";
  }
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    if (collector.name.starts_with("test_")) continue;
    out << "\n## " << collector.name << "\n";
    writeFlags(collector, out);
    writeFamilies(familiesOf(collector, sourceRoot), out);
  }
  return out.str();
}

}  // namespace orchestrator_exporter
