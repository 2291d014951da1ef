#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace orchestrator_exporter {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };

// Takes one log record; called from any thread.
using Log = std::function<void(LogLevel, std::string_view message)>;

}  // namespace orchestrator_exporter
