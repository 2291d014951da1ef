#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "exporter/command_line.h"
#include "exporter/host/flags.h"
#include "exporter/kernel/kernel.h"

namespace orchestrator_exporter {

// What others may push, and how much of it is kept.
struct IngestOptions {
  int maxSeries = 100'000;
  int maxSeriesPerFamily = 2'000;
  int maxLabelLength = 1024;                                      // bytes
  int maxBody = 64 << 20;                                         // bytes of a push, unpacked
  std::chrono::duration<double> expiry = std::chrono::hours(24);  // 0: never
};

// What the command line asks for.
struct Options {
  std::vector<std::string> listenAddresses = {":10190"};
  bool systemdSocket = false;  // serve on the sockets that systemd handed in
  std::size_t maxConnections = 8'192;
  std::string telemetryPath = "/metrics";
  std::size_t maxRequests = 40;  // 0: no limit
  bool disableExporterMetrics = false;
  bool openMetricsCreated = false;
  bool nativeHistograms = false;
  std::chrono::duration<double> scrapeTimeout = std::chrono::seconds(10);  // if a scrape names none
  bool scrapeTimeoutGiven = false;
  std::chrono::duration<double> scrapeTimeoutOffset = std::chrono::milliseconds(500);
  IngestOptions ingest = {};
  std::string logLevel = "info";
  std::string logFormat = "logfmt";
  bool once = false;
  std::string checkedUrl = {};  // to be asked once, instead of serving
  Roots roots = {};
  Flags flags = {};
};

// Reads the arguments after the program's name. `@file` stands for the lines of that file. Where
// the arguments ask for --help or --version, the text goes to `output` and nullopt comes back.
// Throws UsageError.
std::optional<Options> parseOptions(std::span<const char* const> arguments, std::string& output);

// What --version prints.
std::string versionText();

}  // namespace orchestrator_exporter
