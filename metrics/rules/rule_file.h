#pragma once

#include <string>
#include <vector>

#include "metrics/promql/syntax/parser.h"
#include "metrics/rules/definition.h"

namespace orchestrator_exporter::rules {

// A rule file is at fault: lines() tell everything that is wrong, as `file:line:column: text`;
// what() has all of them, a line each.
class RuleFileError : public std::runtime_error {
 public:
  explicit RuleFileError(std::vector<std::string> lines);
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

// Reads what a rule file of Prometheus says; `file` is how it is called. Throws RuleFileError.
std::vector<GroupDefinition> parseRuleFile(const std::string& file, const std::string& content,
                                           const promql::ParseOptions& language = {});

// The same of a file on disk.
std::vector<GroupDefinition> readRuleFile(const std::string& path,
                                          const promql::ParseOptions& language = {});

}  // namespace orchestrator_exporter::rules
