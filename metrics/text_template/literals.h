#pragma once

#include <optional>
#include <string_view>

#include "metrics/text_template/value.h"

namespace orchestrator_exporter::text_template {

// What a number means as Go writes it: 12, -0x1f, 0b11, 017, 1_000 are whole, 1.5, 1e3 and 0x1p4
// are not. nullopt for anything else and for what does not fit.
std::optional<Value> parseNumberLiteral(std::string_view text);

}  // namespace orchestrator_exporter::text_template
