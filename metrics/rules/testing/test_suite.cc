#include "metrics/rules/testing/test_suite.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "metrics/rules/file_patterns.h"
#include "metrics/rules/rule_file.h"
#include "metrics/rules/testing/test_run.h"

namespace orchestrator_exporter::rules {

namespace {

std::vector<std::string> filesOf(const RuleTestFile& tests, const std::string& path,
                                 std::ostream& err) {
  const std::string directory = std::filesystem::path(path).parent_path();
  std::vector<std::string> files;
  for (const std::string& pattern : tests.ruleFiles) {
    const std::vector<std::string> found = filesMatching(pattern, directory);
    if (found.empty()) err << "  WARNING: no file match pattern " << pattern << "\n";
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

// In the order of their evaluation: those without a place in it first.
std::vector<GroupDefinition> groupsOf(const std::vector<std::string>& files,
                                      const std::vector<std::string>& order,
                                      const promql::ParseOptions& language) {
  std::map<std::string, std::size_t> places;
  for (const std::string& name : order) {
    if (!places.emplace(name, places.size()).second) {
      throw RuleFileError({"group name repeated in evaluation order: " + name});
    }
  }
  std::vector<GroupDefinition> groups;
  for (const std::string& file : files) {
    for (GroupDefinition& group : readRuleFile(file, language)) groups.push_back(std::move(group));
  }
  const auto placeOf = [&](const GroupDefinition& group) {
    const auto known = places.find(group.name);
    return known == places.end() ? 0 : known->second;
  };
  std::stable_sort(
      groups.begin(), groups.end(),
      [&](const GroupDefinition& a, const GroupDefinition& b) { return placeOf(a) < placeOf(b); });
  return groups;
}

std::vector<std::string> failuresOf(const std::string& path, std::ostream& err,
                                    const promql::EngineOptions& options) {
  try {
    const RuleTestFile tests = parseRuleTestFile(path, contentOf(path));
    const std::vector<GroupDefinition> groups =
        groupsOf(filesOf(tests, path, err), tests.groupOrder, options.language);
    std::vector<std::string> failures;
    for (const RuleTest& test : tests.tests) {
      for (std::string& failure : runRuleTest(tests, test, groups, options)) {
        failures.push_back(std::move(failure));
      }
    }
    return failures;
  } catch (const RuleFileError& error) {
    return error.lines();
  }
}

}  // namespace

bool runRuleTests(const std::string& path, std::ostream& out, std::ostream& err,
                  const promql::EngineOptions& options) {
  const std::vector<std::string> failures = failuresOf(path, err, options);
  if (failures.empty()) {
    out << "  SUCCESS\n\n";
    return true;
  }
  err << "  FAILED:\n";
  for (const std::string& failure : failures) {
    err << failure << "\n";
    out << "\n";
  }
  out << "\n";
  return false;
}

}  // namespace orchestrator_exporter::rules
