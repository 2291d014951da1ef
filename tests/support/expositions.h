#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter {

// The whole body that a writer of these options makes of what `give` hands to it.
std::string expose(const ExpositionOptions& options, const std::function<void(Sink&)>& give);

// The same in text 0.0.4.
std::string exposeText(const std::function<void(Sink&)>& give);

// The lines of a text that have the word somewhere.
std::string linesWith(const std::string& text, std::string_view word);

}  // namespace orchestrator_exporter
