#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "metrics/pushed/attribute.h"

namespace orchestrator_exporter::http::otlp {

// Hashes that tell one stream from another in this process, with a seed of its own.
std::uint64_t textHash(std::string_view text);
// The same for every order of the attributes, and for every encoding.
std::uint64_t attributesHash(std::span<const Attribute> attributes);

}  // namespace orchestrator_exporter::http::otlp
