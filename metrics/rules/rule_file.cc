#include "metrics/rules/rule_file.h"

#include <algorithm>

#include "metrics/base/errors.h"
#include "metrics/base/utf8.h"
#include "metrics/promql/syntax/printer.h"
#include "metrics/rules/file_patterns.h"
#include "metrics/rules/yaml_reader.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::rules {

namespace {

// The label's own pair goes before the group's.
TextPairs merged(const TextPairs& group, const TextPairs& own) {
  TextPairs all = own;
  for (const auto& pair : group) {
    const bool isSet = std::any_of(own.begin(), own.end(),
                                   [&](const auto& known) { return known.first == pair.first; });
    if (!isSet) all.push_back(pair);
  }
  std::sort(all.begin(), all.end());
  return all;
}

class RuleFile {
 public:
  RuleFile(YamlReader& reader, const promql::ParseOptions& language)
      : reader_(reader), language_(language) {}

  std::vector<GroupDefinition> read(const YAML::Node& document) {
    std::vector<GroupDefinition> groups;
    reader_.entries(
        document, "rule file", {"groups"}, [&](const std::string&, const YAML::Node& list) {
          reader_.elements(list, "groups", [&](const YAML::Node& node) {
            GroupDefinition group = readGroup(node);
            const bool isTwice =
                std::any_of(groups.begin(), groups.end(),
                            [&](const GroupDefinition& known) { return known.name == group.name; });
            if (isTwice) reader_.fault(node, "the group '" + group.name + "' is there twice");
            groups.push_back(std::move(group));
          });
        });
    return groups;
  }

 private:
  GroupDefinition readGroup(const YAML::Node& node) {
    GroupDefinition group;
    group.file = reader_.file();
    TextPairs labels;
    YAML::Node rules;
    reader_.entries(node, "group", {"name", "interval", "query_offset", "limit", "labels", "rules"},
                    [&](const std::string& key, const YAML::Node& value) {
                      if (key == "name") group.name = reader_.text(value, key);
                      if (key == "interval") group.interval = reader_.duration(value, key);
                      if (key == "query_offset") group.queryOffset = reader_.duration(value, key);
                      if (key == "limit") group.limit = reader_.count(value, key);
                      if (key == "labels") labels = readLabels(value);
                      if (key == "rules") rules = value;
                    });
    if (group.name.empty()) reader_.fault(node, "a group needs a name");
    reader_.elements(rules, "rules", [&](const YAML::Node& rule) {
      group.rules.push_back(readRule(rule, labels));
    });
    return group;
  }

  TextPairs readLabels(const YAML::Node& node) {
    TextPairs labels = reader_.texts(node, "labels");
    for (const auto& [name, value] : labels) {
      if (name.empty() || !isUtf8(name) || name == "__name__") {
        reader_.fault(node, "labels: '" + ParseError::printable(name) + "' cannot be set");
      }
      if (!isUtf8(value)) reader_.fault(node, "labels: the value of '" + name + "' is not UTF-8");
    }
    return labels;
  }

  // What one rule says, and where.
  struct Parts {
    YAML::Node record, alert, expr, holdFor, keepFiringFor, labels, annotations;
  };

  RuleDefinition readRule(const YAML::Node& node, const TextPairs& groupLabels) {
    Parts parts;
    reader_.entries(
        node, "rule",
        {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"},
        [&](const std::string& key, const YAML::Node& value) { partOf(key, parts).reset(value); });
    RuleDefinition rule;
    const std::string record = textOf(parts.record, "record");
    const std::string alert = textOf(parts.alert, "alert");
    rule.kind = alert.empty() ? RuleDefinition::Kind::kRecording : RuleDefinition::Kind::kAlerting;
    rule.name = alert.empty() ? record : alert;
    if (record.empty() == alert.empty()) {
      reader_.fault(node, record.empty() ? "a rule needs one of record and alert"
                                         : "a rule cannot have both record and alert");
    }
    rule.query = readQuery(node, parts.expr);
    if (given(parts.labels)) rule.labels = readLabels(parts.labels);
    rule.labels = merged(groupLabels, rule.labels);
    if (rule.kind == RuleDefinition::Kind::kRecording) {
      checkRecording(parts, record);
    } else {
      readAlert(parts, rule);
    }
    return rule;
  }

  static bool given(const YAML::Node& node) { return node.IsDefined() && !node.IsNull(); }

  std::string textOf(const YAML::Node& node, std::string_view what) {
    return given(node) ? reader_.text(node, what) : std::string();
  }

  static YAML::Node& partOf(const std::string& key, Parts& parts) {
    if (key == "record") return parts.record;
    if (key == "alert") return parts.alert;
    if (key == "expr") return parts.expr;
    if (key == "for") return parts.holdFor;
    if (key == "keep_firing_for") return parts.keepFiringFor;
    return key == "labels" ? parts.labels : parts.annotations;
  }

  std::string readQuery(const YAML::Node& rule, const YAML::Node& node) {
    const std::string text = textOf(node, "expr");
    if (text.empty()) {
      reader_.fault(rule, "a rule needs an expr");
      return {};
    }
    try {
      return promql::print(*promql::parse(text, language_));
    } catch (const std::runtime_error& error) {
      reader_.fault(node, std::string("expr: ") + error.what());
      return {};
    }
  }

  void checkRecording(const Parts& parts, const std::string& record) {
    const auto refuse = [&](const YAML::Node& node, std::string_view key) {
      if (given(node)) {
        reader_.fault(node, "a recording rule has no " + std::string(key));
      }
    };
    refuse(parts.holdFor, "for");
    refuse(parts.keepFiringFor, "keep_firing_for");
    refuse(parts.annotations, "annotations");
    if (record.find_first_of("{}") != std::string::npos) {
      reader_.fault(parts.record, "record: a name has no braces");
    } else if (!isUtf8(record)) {
      reader_.fault(parts.record, "record: the name is not UTF-8");
    }
  }

  void readAlert(const Parts& parts, RuleDefinition& rule) {
    if (given(parts.holdFor)) rule.holdFor = reader_.duration(parts.holdFor, "for");
    if (given(parts.keepFiringFor)) {
      rule.keepFiringFor = reader_.duration(parts.keepFiringFor, "keep_firing_for");
    }
    if (given(parts.annotations))
      rule.annotations = reader_.texts(parts.annotations, "annotations");
    const auto compile = [&](const TextPairs& pairs, const YAML::Node& node, std::string_view what,
                             std::vector<AlertTemplate>& out) {
      for (const auto& [name, text] : pairs) {
        try {
          out.emplace_back(rule.name, text);
        } catch (const text_template::SyntaxError& error) {
          reader_.fault(given(node) && node[name] ? node[name] : node,
                        std::string(what) + " " + name + ": bad template, byte " +
                            std::to_string(error.position() + 1) + ": " + error.what());
        }
      }
    };
    compile(rule.labels, parts.labels, "label", rule.labelTemplates);
    compile(rule.annotations, parts.annotations, "annotation", rule.annotationTemplates);
  }

  YamlReader& reader_;
  const promql::ParseOptions& language_;
};

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all.append(all.empty() ? "" : "\n").append(line);
  return all;
}

}  // namespace

RuleFileError::RuleFileError(std::vector<std::string> lines)
    : std::runtime_error(joined(lines)), lines_(std::move(lines)) {}

std::vector<GroupDefinition> parseRuleFile(const std::string& file, const std::string& content,
                                           const promql::ParseOptions& language) {
  std::vector<std::string> faults;
  YamlReader reader(file, faults);
  std::vector<GroupDefinition> groups;
  if (const auto document = reader.load(content)) {
    groups = RuleFile(reader, language).read(*document);
  }
  if (!faults.empty()) throw RuleFileError(std::move(faults));
  return groups;
}

std::vector<GroupDefinition> readRuleFile(const std::string& path,
                                          const promql::ParseOptions& language) {
  return parseRuleFile(path, contentOf(path), language);
}

}  // namespace orchestrator_exporter::rules
