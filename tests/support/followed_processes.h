#pragma once

#include <gtest/gtest.h>

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/processes/naming/rules_file.h"
#include "exporter/processes/process_tracker.h"
#include "tests/support/process_copy.h"

namespace orchestrator_exporter::test {

// The processes of a tree that are followed with the rules of a YAML text.
class FollowedProcesses {
 public:
  explicit FollowedProcesses(const std::string& rules, ProcessTracker::Options options = {})
      : rules_(rules), options_(options), kernel_((booted(system), system.roots())) {}

  // One pass; the first one only notes what is there.
  void pass() {
    kernel_.reset();
    if (tracker_) {
      ASSERT_EQ(tracker_->update(kernel_), 0);
    } else {
      system.file("rules.yml", rules_);
      tracker_.emplace(kernel_, readRulesFile(system.path("rules.yml")), options_);
    }
  }
  // How many processes a group has; -1 if there is no such group.
  int members(std::string_view name) const {
    const auto group = tracker_->groups().find(name);
    return group == tracker_->groups().end() ? -1 : static_cast<int>(group->second.members);
  }
  // The user time that the group has counted.
  int ticks(std::string_view name) const {
    const auto group = tracker_->groups().find(name);
    return group == tracker_->groups().end() ? -1 : static_cast<int>(group->second.grown.userTicks);
  }
  ProcessTracker& tracker() { return *tracker_; }

  TempSystem system;

 private:
  std::string rules_;
  ProcessTracker::Options options_;
  Kernel kernel_;
  std::optional<ProcessTracker> tracker_;
};

// Where programs lie in memory, as fields 25 to 28 of proc/<pid>/stat write it.
inline constexpr const char* kShell = "0 4198400 4898400 140730000000000";
inline constexpr const char* kSleep = "0 4198400 4208400 140730000001000";
inline constexpr const char* kNothing = "0 0 0 0";

inline const std::string kByArguments = R"(process_names:
  - {name: parent, cmdline: ['^agent']}
  - {name: child, cmdline: ['^tool']}
)";

inline std::string arguments(const std::string& text) { return text + '\0'; }

// A start that is later than the first pass of any test.
inline long young() { return (std::time(nullptr) - kCopiedBootTime + 3600) * 100; }

// A process that is still as its parent made it, and what it becomes.
inline CopiedTask forked() {
  return {.id = 20, .parent = 10, .arguments = arguments("agent"), .program = kShell};
}
inline CopiedTask executed() {
  return {.id = 20, .parent = 10, .arguments = arguments("tool"), .program = kSleep};
}

}  // namespace orchestrator_exporter::test
