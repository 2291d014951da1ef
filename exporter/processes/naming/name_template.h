#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/text_template/text_template.h"

namespace orchestrator_exporter {

// What a process looks like when it is named. Views point into the files that were read.
struct ProcessIdentity {
  int pid = 0;
  std::string_view command;
  std::vector<std::string_view> arguments;
  std::vector<std::string> cgroups;
  std::string username;
  text_template::Time start{};

  // argv[0] or, without it, the command; and its last path element.
  std::string_view executable() const { return arguments.empty() ? command : arguments[0]; }
  std::string_view executableName() const;
};

// What the named groups of expressions took.
using NamedCaptures = std::map<std::string, std::string, std::less<>>;

// The last element of a path as Go's filepath.Base tells it: trailing slashes do not count, an
// empty path is ".".
std::string_view lastElement(std::string_view path);

// A template that makes a group's name of a process: {{.Comm}}, {{.ExeBase}}, {{.ExeFull}},
// {{.Username}}, {{.PID}}, {{.StartTime}}, {{.Matches.Name}} and {{index .Cgroups 0}}, with the
// functions and actions of metrics/text_template.
class NameTemplate {
 public:
  // Throws StartError, beginning with the place, for what is no template and for fields that no
  // process has.
  NameTemplate(std::string_view place, std::string_view text);

  // The name. If the template fails on the way (an index beyond a list), what came before.
  std::string apply(const ProcessIdentity& process, const NamedCaptures& matches) const;

  // Whether the template asks for what costs a file, or may not be known.
  bool usesArguments() const { return usesArguments_; }
  bool usesUsername() const { return usesUsername_; }
  bool usesCgroups() const { return usesCgroups_; }
  bool usesStartTime() const { return usesStartTime_; }

 private:
  void note(std::string_view field);

  std::shared_ptr<const text_template::Templates> template_;
  bool usesArguments_ = false;
  bool usesUsername_ = false;
  bool usesCgroups_ = false;
  bool usesStartTime_ = false;
};

}  // namespace orchestrator_exporter
