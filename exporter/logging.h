#pragma once

#include <string>

#include "exporter/host/host.h"
#include "exporter/options.h"

namespace orchestrator_exporter {

// Sends log records to standard error, one line each: `time=… level=INFO msg="…"` for the format
// logfmt, an object with the same keys for json. Levels: debug, info, warn, error. Records wait
// until openLog(), so that of a start that fails only the reason is told. To be called once, before
// other threads run.
void setUpLogging(const std::string& level, const std::string& format);

// Writes the records that wait; from now on each is written at once.
void openLog();
// Writes, of the records that wait, none.
void dropWaitingLog();

// Writes one record; safe from any thread.
void log(LogLevel level, std::string_view message);

// What is worth knowing of a start: the version, whether it runs as root, the enabled collectors.
void logStart(const Options& options);

}  // namespace orchestrator_exporter
