#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::remote_write {

// The bytes in snappy's block format.
std::string packed(std::string_view bytes);

// The reverse. Throws ParseError for anything else.
std::string unpacked(std::string_view bytes);

}  // namespace orchestrator_exporter::remote_write
