#pragma once

#include <string>
#include <string_view>

namespace orchestrator_exporter::remote_write {

// The same request of 1.0 for one of 2.0, both packed by snappy; metadata and start times, which
// 1.0 has no place for, go. Throws ParseError for anything else.
std::string downgraded(std::string_view packedRequest);

}  // namespace orchestrator_exporter::remote_write
