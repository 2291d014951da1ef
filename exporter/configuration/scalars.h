#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exporter/configuration/key.h"
#include "exporter/configuration/value.h"

namespace orchestrator_exporter::configuration {

// What a text says as a value of the key's kind, which is neither a list nor a map; nullopt if it
// is no such value or out of the key's range.
std::optional<Value::Scalar> scalarOf(const Key& key, std::string_view text);

// What the key takes, for people: "a duration such as 15s or 1h30m, from 1s to 5m".
std::string expectation(const Key& key);

// "1 to 9", empty if the key takes all of its kind.
std::string rangeText(const Key& key);

}  // namespace orchestrator_exporter::configuration
