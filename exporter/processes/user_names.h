#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "exporter/kernel/file_stamp.h"
#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// The names of users as etc/passwd has them, each looked up once for as long as that file is the
// same. Users of other databases (LDAP) show as their number: asking those could wait for a server.
class UserNames {
 public:
  // The number in decimal if there is no name. Valid until the next call.
  const std::string& nameOf(Kernel& kernel, std::uint32_t user);

 private:
  std::optional<FileStamp> stamp_;
  std::unordered_map<std::uint32_t, std::string> names_;
};

}  // namespace orchestrator_exporter
