#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// What is wrong with a text that should be a bcrypt hash, such as "its cost is 3, not 4 to 31";
// nullopt if nothing is. A hash is `$2b$10$` (also 2a and 2y, which mean the same; the number is
// the cost), 22 characters of salt and 31 of the hash proper. Never tells the hash itself.
std::optional<std::string> bcryptFault(std::string_view hash);

// The cost of a hash without fault: its comparison takes 2^cost rounds.
int bcryptCost(std::string_view hash);

// Whether `hash`, which has no fault, is of this password. As with bcrypt everywhere, only the
// first 72 bytes of a password count; one with a NUL never fits. Takes some milliseconds at cost 4,
// twice as much with each step. Loads libcrypt with the first call. Throws std::runtime_error if
// that fails. Thread-safe.
bool bcryptMatches(const std::string& password, const std::string& hash);

}  // namespace orchestrator_exporter::http
