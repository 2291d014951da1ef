#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orchestrator_exporter::http {

// What gzip packed (RFC 1952), one member or several. Grows as it is unpacked, so that whatever
// claims to be small costs no more than the limit: throws HttpError 413 beyond `most` bytes, and
// ParseError for what is not gzip or ends early.
std::string ungzip(std::string_view packed, std::size_t most);

}  // namespace orchestrator_exporter::http
