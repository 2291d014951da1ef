#include "exporter/processes/user_names.h"

namespace orchestrator_exporter {

namespace {

// The text up to the next colon, which is taken off.
std::string_view takeField(std::string_view& line) {
  const std::size_t end = line.find(':');
  const std::string_view field = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return field;
}

}  // namespace

// passwd(5): name:password:UID:….
const std::string& UserNames::nameOf(Kernel& kernel, std::uint32_t user) {
  const auto stamp = stampOf(kernel.resolve("etc/passwd"));
  if (stamp != stamp_) names_.clear();
  stamp_ = stamp;
  const auto known = names_.find(user);
  if (known != names_.end()) return known->second;
  std::string name = std::to_string(user);
  if (const auto file = kernel.readIfPossible("etc/passwd")) {
    for (const Row& row : file->rows()) {
      std::string_view line = row.text();
      const std::string_view login = takeField(line);
      takeField(line);
      if (parseUnsigned(takeField(line)) != user) continue;
      name = login;
      break;
    }
  }
  return names_.emplace(user, std::move(name)).first->second;
}

}  // namespace orchestrator_exporter
