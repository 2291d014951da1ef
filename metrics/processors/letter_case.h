#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter {

// UTF-8 text with each character by itself in small or in capital letters, as Unicode pairs them.
// What is not UTF-8 stays as it is. Without the locale C.UTF-8 of glibc 2.35 only ASCII changes.
std::string toLowercase(std::string_view text);
std::string toUppercase(std::string_view text);

}  // namespace orchestrator_exporter
