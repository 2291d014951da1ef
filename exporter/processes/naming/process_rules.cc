#include "exporter/processes/naming/process_rules.h"

#include <algorithm>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<std::string> splitAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

// Expressions see valid text only: a dot matches no byte that is not UTF-8.
std::string joinedArguments(const ProcessIdentity& process) {
  std::string joined;
  for (std::size_t i = 0; i < process.arguments.size(); ++i) {
    joined.append(i > 0 ? " " : "").append(process.arguments[i]);
  }
  return isUtf8(joined) ? joined : toUtf8(joined);
}

bool takesExecutable(const ProcessRule& rule, const ProcessIdentity& process) {
  if (!rule.executables) return true;
  if (process.arguments.empty()) return false;
  const auto entry = rule.executables->find(lastElement(process.arguments[0]));
  if (entry == rule.executables->end()) return false;
  return entry->second.empty() || entry->second == process.arguments[0];
}

// Adds the named groups to `matches`.
bool takesCommandLine(const ProcessRule& rule, std::string_view joined, NamedCaptures& matches) {
  if (!rule.commandLines) return true;
  for (const Pattern& expression : *rule.commandLines) {
    const auto captures = expression.capture(joined);
    if (!captures) return false;
    for (const auto& [name, text] : *captures) {
      if (!name.empty()) matches.insert_or_assign(std::string(name), std::string(text));
    }
  }
  return true;
}

}  // namespace

void ProcessRule::addExecutable(const std::string& path) {
  if (!executables) executables.emplace();
  const bool whole = path.find('/') != std::string::npos;
  executables->insert_or_assign(whole ? std::string(lastElement(path)) : path,
                                whole ? path : std::string());
}

ProcessRules::ProcessRules(std::vector<ProcessRule> rules) : rules_(std::move(rules)) {
  for (const ProcessRule& rule : rules_) {
    useArguments_ |= rule.executables || rule.commandLines || rule.name.usesArguments();
    useUsername_ |= rule.name.usesUsername();
    useCgroups_ |= rule.name.usesCgroups();
    useStartTime_ |= rule.name.usesStartTime();
  }
}

ProcessRules ProcessRules::fromFlags(std::string_view namesFlag, std::string_view names,
                                     std::string_view mappingFlag, std::string_view mapping) {
  ProcessRules rules;
  rules.commands_ = splitAtCommas(names);
  if (contains(rules.commands_, "")) {
    throw StartError("--" + std::string(namesFlag) + ": a name is empty");
  }
  const std::vector<std::string> parts = splitAtCommas(mapping);
  if (parts.size() % 2 != 0 || contains(parts, "")) {
    throw StartError("--" + std::string(mappingFlag) +
                     ": expected name,expression,… without empty parts");
  }
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    rules.mappings_.push_back({parts[i], Pattern(mappingFlag, parts[i + 1])});
  }
  rules.useArguments_ = !rules.mappings_.empty();
  return rules;
}

std::optional<std::string> ProcessRules::nameOf(const ProcessIdentity& process) const {
  std::optional<std::string> joined;
  const auto arguments = [&]() -> const std::string& {
    if (!joined) joined = joinedArguments(process);
    return *joined;
  };
  for (const ProcessRule& rule : rules_) {
    if (rule.commands && !contains(*rule.commands, process.command)) continue;
    if (!takesExecutable(rule, process)) continue;
    NamedCaptures matches;
    if (rule.commandLines && !takesCommandLine(rule, arguments(), matches)) continue;
    return toUtf8(rule.name.apply(process, matches));
  }
  // Of a command that is mapped twice the later mapping counts.
  const auto mapping = std::find_if(
      mappings_.rbegin(), mappings_.rend(),
      [&](const ProcessNameMapping& known) { return known.command == process.command; });
  if (mapping != mappings_.rend()) {
    const auto captures = mapping->expression.capture(arguments());
    if (!captures) return std::nullopt;
    for (const auto& [name, text] : *captures) {
      if (!text.empty()) return toUtf8(mapping->command + ":" + std::string(text));
    }
    return std::nullopt;
  }
  if (!contains(commands_, process.command)) return std::nullopt;
  return toUtf8(process.command);
}

}  // namespace orchestrator_exporter
