#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/host/pattern.h"
#include "exporter/processes/naming/name_template.h"

namespace orchestrator_exporter {

// One rule: which processes it takes and how their group is called. The selectors that it has must
// all match; a rule needs at least one.
struct ProcessRule {
  NameTemplate name;
  // The kernel's command name equals one of these.
  std::optional<std::vector<std::string>> commands = {};
  // By last path element: the whole argv[0] that is wanted, or empty if any directory does. Of
  // two entries with the same last element the later counts.
  std::optional<std::map<std::string, std::string, std::less<>>> executables = {};
  // Each matches somewhere in the arguments, joined by blanks.
  std::optional<std::vector<Pattern>> commandLines = {};

  void addExecutable(const std::string& path);
};

// A process by its command alone, which an expression over the arguments names further: the group
// is `command:` and the first group of the expression that took anything.
struct ProcessNameMapping {
  std::string command;
  Pattern expression;
};

// Decides which group a process belongs to. Thread-safe once it is made.
class ProcessRules {
 public:
  // Nothing is ever matched.
  ProcessRules() = default;
  // The first rule that matches decides.
  explicit ProcessRules(std::vector<ProcessRule> rules);
  // A comma separated list of commands, and a list `command,expression,…`. Throws StartError,
  // naming the flag, for a list that makes no sense.
  static ProcessRules fromFlags(std::string_view namesFlag, std::string_view names,
                                std::string_view mappingFlag, std::string_view mapping);

  // The name of the process' group, as valid UTF-8; nullopt if no rule takes it.
  std::optional<std::string> nameOf(const ProcessIdentity& process) const;

  // Which parts of an identity the rules look at; others may be left empty.
  bool useArguments() const { return useArguments_; }
  bool useUsername() const { return useUsername_; }
  bool useCgroups() const { return useCgroups_; }
  bool useStartTime() const { return useStartTime_; }

 private:
  std::vector<ProcessRule> rules_;
  std::vector<std::string> commands_;
  std::vector<ProcessNameMapping> mappings_;
  bool useArguments_ = false;
  bool useUsername_ = false;
  bool useCgroups_ = false;
  bool useStartTime_ = false;
};

}  // namespace orchestrator_exporter
