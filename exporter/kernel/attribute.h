#pragma once

#include <cerrno>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// Attributes of sysfs (Documentation/filesystems/sysfs.rst: one short value per file). Whatever
// stands behind their first kAttributeBytes is not looked at.
inline constexpr std::size_t kAttributeBytes = 128;

// How an attribute or a directory answers that this process may not read.
inline constexpr std::initializer_list<int> kNotPermitted = {EACCES, EPERM};

// The start of an attribute without the white space around it; nullopt and exceptions as for
// Kernel::read().
std::optional<std::string_view> readAttribute(Kernel& kernel, std::string_view path,
                                              std::initializer_list<int> tolerated = {});
// The start of an attribute as it is written; nullopt if it cannot be read for any reason.
std::optional<std::string_view> readRawAttribute(Kernel& kernel, std::string_view path);

}  // namespace orchestrator_exporter
