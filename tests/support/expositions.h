#pragma once

#include <functional>
#include <string>

#include "metrics/exposition/exposition.h"

namespace orchestrator_exporter {

// The whole body that a writer of these options makes of what `give` hands to it.
std::string expose(const ExpositionOptions& options, const std::function<void(Sink&)>& give);

// The same in text 0.0.4.
std::string exposeText(const std::function<void(Sink&)>& give);

}  // namespace orchestrator_exporter
