#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// The names of users as etc/passwd has them, each looked up once. Users of other databases (LDAP)
// show as their number: asking those could wait for a server.
class UserNames {
 public:
  // The number in decimal where there is no name.
  const std::string& nameOf(Kernel& kernel, std::uint32_t user);

 private:
  std::unordered_map<std::uint32_t, std::string> names_;
};

}  // namespace orchestrator_exporter
