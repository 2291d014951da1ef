#include "exporter/processes/naming/rules_file.h"

#include <yaml-cpp/yaml.h>

#include <system_error>

#include "metrics/base/errors.h"
#include "metrics/base/process/file_text.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kDefaultName = "{{.ExeBase}}";

std::string readWhole(const std::string& path) {
  try {
    return fileText(path);
  } catch (const std::system_error& error) {
    throw StartError(path + ": cannot be read: " + error.code().message());
  }
}

class RulesFile {
 public:
  explicit RulesFile(const std::string& path) : path_(path) {}

  ProcessRules read(const YAML::Node& document) const {
    std::vector<ProcessRule> rules;
    if (document.IsNull()) return ProcessRules();
    if (!document.IsMap()) refuse(document, "expected keys and values");
    for (const auto& entry : document) {
      if (entry.first.Scalar() != "process_names") refuseKey(entry.first, "process_names");
      if (entry.second.IsNull()) continue;
      if (!entry.second.IsSequence()) refuse(entry.second, "process_names: expected a list");
      for (const YAML::Node& rule : entry.second) rules.push_back(readRule(rule));
    }
    return ProcessRules(std::move(rules));
  }

 private:
  // What a rule says, of which a later key takes the place of an earlier one of the same name.
  struct Parts {
    YAML::Node name, comm, exe, cmdline;
  };

  std::string place(const YAML::Node& node) const {
    return path_ + ":" + std::to_string(node.Mark().line + 1);
  }
  [[noreturn]] void refuse(const YAML::Node& node, const std::string& reason) const {
    throw StartError(place(node) + ": " + reason);
  }
  [[noreturn]] void refuseKey(const YAML::Node& key, const std::string& known) const {
    refuse(key, "unknown key '" + ParseError::printable(key.IsScalar() ? key.Scalar() : "") +
                    "', expected " + known);
  }

  ProcessRule readRule(const YAML::Node& node) const {
    if (!node.IsMap()) refuse(node, "process_names: expected a rule with keys and values");
    Parts parts;
    collect(node, parts);
    // What is written twice is easily misread, and what is null is as if it were not there.
    const auto given = [](const YAML::Node& part) { return part && !part.IsNull(); };
    if (!given(parts.comm) && !given(parts.exe) && !given(parts.cmdline)) {
      refuse(node, "the rule has none of comm, exe and cmdline, so it can match nothing");
    }
    ProcessRule rule{readName(given(parts.name) ? parts.name : node, given(parts.name))};
    if (given(parts.comm)) rule.commands = readList(parts.comm, "comm");
    if (given(parts.exe)) {
      rule.executables.emplace();
      for (const std::string& path : readList(parts.exe, "exe")) rule.addExecutable(path);
    }
    if (given(parts.cmdline)) {
      rule.commandLines.emplace();
      readList(parts.cmdline, "cmdline");  // is a list of texts
      for (const YAML::Node& entry : parts.cmdline) {
        rule.commandLines->push_back(Pattern::at(place(entry) + ": cmdline", textOf(entry)));
      }
    }
    return rule;
  }

  void collect(const YAML::Node& node, Parts& parts) const {
    // What a merge key brings has less to say than the rule's own keys.
    for (const auto& entry : node) {
      if (isMergeKey(entry.first)) merge(entry.second, parts);
    }
    for (const auto& entry : node) {
      if (isMergeKey(entry.first)) continue;
      partOf(entry.first, parts).reset(entry.second);
    }
  }

  static bool isMergeKey(const YAML::Node& key) { return key.IsScalar() && key.Scalar() == "<<"; }

  void merge(const YAML::Node& from, Parts& parts) const {
    if (from.IsMap()) return collect(from, parts);
    if (!from.IsSequence()) refuse(from, "<<: expected a rule or a list of rules");
    // Of several the first counts.
    for (std::size_t i = from.size(); i > 0; --i) merge(from[i - 1], parts);
  }

  YAML::Node& partOf(const YAML::Node& key, Parts& parts) const {
    const std::string name = key.IsScalar() ? key.Scalar() : "";
    if (name == "name") return parts.name;
    if (name == "comm") return parts.comm;
    if (name == "exe") return parts.exe;
    if (name == "cmdline") return parts.cmdline;
    refuseKey(key, "name, comm, exe or cmdline");
  }

  NameTemplate readName(const YAML::Node& node, bool given) const {
    if (!given) return {place(node), kDefaultName};
    if (!node.IsScalar()) refuse(node, "name: expected a text");
    return {place(node) + ": name", node.Scalar()};
  }

  static std::string textOf(const YAML::Node& entry) {
    return entry.IsNull() ? std::string() : entry.Scalar();
  }

  std::vector<std::string> readList(const YAML::Node& node, const std::string& key) const {
    if (!node.IsSequence()) refuse(node, key + ": expected a list, as in " + key + ": [a, b]");
    std::vector<std::string> texts;
    for (const YAML::Node& entry : node) {
      if (!entry.IsScalar() && !entry.IsNull()) refuse(entry, key + ": expected a list of texts");
      texts.push_back(textOf(entry));
    }
    return texts;
  }

  const std::string& path_;
};

}  // namespace

ProcessRules readRulesFile(const std::string& path) {
  const std::string content = readWhole(path);
  try {
    return RulesFile(path).read(YAML::Load(content));
  } catch (const YAML::Exception& error) {
    // The library's errors name the line in words of their own, and no file.
    throw StartError(path + ":" + std::to_string(error.mark.line + 1) + ": " + error.msg);
  }
}

}  // namespace orchestrator_exporter
