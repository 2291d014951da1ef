#include "exporter/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "exporter/build_info.h"
#include "exporter/host/collector.h"
#include "http/server/listen_address.h"
#include "metrics/registry/family.h"

namespace orchestrator_exporter {

namespace {

constexpr const char* kFeatureGroup = "Features";
constexpr const char* kCollectorGroup = "Collectors";

// Shows a switch as `--[no-]name`.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(44); }
  std::string make_option_name(const CLI::Option* option, bool positional) const override {
    const auto& names = option->get_lnames();
    if (names.size() == 2 && names[1] == "no-" + names[0]) return "--[no-]" + names[0];
    return CLI::Formatter::make_option_name(option, positional);
  }
};

// A path that some request can have, and that no other endpoint takes.
void checkTelemetryPath(const std::string& path) {
  const bool whole =
      path.starts_with('/') && std::filesystem::path(path).lexically_normal() == path;
  if (whole && path != "/-/healthy" && path != "/-/ready") return;
  throw UsageError("--web.telemetry-path: expected a path of its own such as /metrics, got '" +
                   path + "'");
}

void checkListenAddresses(const std::vector<std::string>& addresses) {
  try {
    for (const std::string& address : addresses) http::checkListenAddress(address);
  } catch (const std::runtime_error& error) {
    throw UsageError(std::string("--web.listen-address: ") + error.what());
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

class Parser {
 public:
  Parser() : app_("Prometheus exporter for this host and the AI-agent orchestrators on it.") {
    app_.name("orchestrator_exporter");
    app_.set_help_flag("-h,--help", "Print this text and exit.");
    app_.set_version_flag("--version", versionText(), "Print the version and exit.");
    app_.formatter(std::make_shared<HelpFormatter>());
    addProgramFlags();
    addIngestFlags();
    for (const FlagDefinition& flag : declaredFlags()) addFlag(flag, kFeatureGroup);
    addCollectorFlags();
  }

  Options parse(std::vector<std::string> arguments);
  CLI::App& app() { return app_; }

 private:
  void addProgramFlags();
  void addIngestFlags();
  void addCollectorFlags();
  void addFlag(const FlagDefinition& flag, const std::string& group);
  void refuseSwitchValues(const std::vector<std::string>& arguments) const;
  CLI::Option* addSwitch(const std::string& name, const std::string& help);
  // A flag that comes at most once, with a value that `take` reads.
  CLI::Option* addValue(const std::string& name, const std::string& defaultValue,
                        const std::string& help, std::function<void(const std::string&)> take);
  void addNumber(const std::string& name, std::size_t& value, const std::string& help);
  void addDuration(const std::string& name, std::chrono::duration<double>& value,
                   DurationRange range, const std::string& help);
  void addChoice(const std::string& name, std::string& value, std::vector<std::string> choices,
                 const std::string& help);

  CLI::App app_;
  Options options_;
  bool disableDefaults_ = false;
};

// `--name` and `--no-name`, each without a value, together at most once.
CLI::Option* Parser::addSwitch(const std::string& name, const std::string& help) {
  return app_.add_flag("--" + name + ",!--no-" + name, help)
      ->multi_option_policy(CLI::MultiOptionPolicy::Throw)
      ->disable_flag_override();
}

CLI::Option* Parser::addValue(const std::string& name, const std::string& defaultValue,
                              const std::string& help,
                              std::function<void(const std::string&)> take) {
  return app_.add_option("--" + name, help)
      ->expected(1)
      ->each(std::move(take))
      ->default_str(defaultValue);
}

void Parser::addNumber(const std::string& name, std::size_t& value, const std::string& help) {
  addValue(name, std::to_string(value), help, [name, &value](const std::string& text) {
    value = static_cast<std::size_t>(parseWholeNumber(name, text, kCount));
  });
}

void Parser::addDuration(const std::string& name, std::chrono::duration<double>& value,
                         DurationRange range, const std::string& help) {
  addValue(
      name, durationText(std::chrono::duration_cast<std::chrono::nanoseconds>(value)), help,
      [name, range, &value](const std::string& text) { value = parseDuration(name, text, range); });
}

void Parser::addChoice(const std::string& name, std::string& value,
                       std::vector<std::string> choices, const std::string& help) {
  addValue(name, value, help + " One of " + joined(choices) + ".",
           [name, choices, &value](const std::string& text) {
             if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
               throw UsageError("--" + name + ": expected one of " + joined(choices) + ", got '" +
                                text + "'");
             }
             value = text;
           });
}

void Parser::addProgramFlags() {
  app_.add_option("--web.listen-address", options_.listenAddresses,
                  "Address to serve on, such as :10190 (all addresses) or [::1]:9100; repeatable.")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->capture_default_str();
  const auto option = [&](const std::string& name, std::string& value, const std::string& help) {
    addValue(name, value, help, [&value](const std::string& text) { value = text; });
  };
  const auto flag = [&](const std::string& name, bool& value, const std::string& help) {
    addSwitch(name, help)->each([&value](const std::string& text) { value = text == "true"; });
  };
  option("web.telemetry-path", options_.telemetryPath, "Path that the metrics are served under.");
  addNumber("web.max-requests", options_.maxRequests,
            "Scrapes at the same time; 0 means no limit.");
  flag("web.disable-exporter-metrics", options_.disableExporterMetrics,
       "Leave out the metrics about the exporter itself (process_*, promhttp_*).");
  flag("web.openmetrics-created", options_.openMetricsCreated,
       "Write _created lines in OpenMetrics; Prometheus 2 stores each as one more series.");
  flag("web.native-histograms", options_.nativeHistograms,
       "Give native buckets beside the classic ones to scrapers that ask for protobuf.");
  addDuration("scrape.timeout", options_.scrapeTimeout, kWaitingTime,
              "How long a scrape waits for collectors that block, if the scraper does not say.");
  addDuration("scrape.timeout-offset", options_.scrapeTimeoutOffset,
              {kNotNegative.least, kWaitingTime.most},
              "How much earlier than the scraper's own time-out a scrape ends.");
  flag("collector.disable-defaults", disableDefaults_,
       "Switch off every collector that is not named on the command line.");
  option("path.procfs", options_.roots.procfs, "Where procfs is mounted.");
  option("path.sysfs", options_.roots.sysfs, "Where sysfs is mounted.");
  option("path.rootfs", options_.roots.rootfs, "Where the host's root file system is mounted.");
  option("path.udev.data", options_.roots.udevData, "Where udev keeps its database.");
  addChoice("log.level", options_.logLevel, {"debug", "info", "warn", "error"},
            "Least severe records that are logged.");
  addChoice("log.format", options_.logFormat, {"logfmt", "json"}, "How log records are written.");
  flag("once", options_.once, "Print one exposition on standard output and exit.");
  // Accepted for command lines written for node_exporter; there is no such runtime here.
  addValue("runtime.gomaxprocs", "1", {},
           [](const std::string& text) { parseWholeNumber("runtime.gomaxprocs", text, kCount); })
      ->envname("GOMAXPROCS")
      ->group("");
}

void Parser::addIngestFlags() {
  constexpr IntegerRange kRange{1, std::numeric_limits<int>::max()};
  const auto limit = [&](const std::string& name, int& value, const std::string& help) {
    addValue(name, std::to_string(value), help, [name, &value](const std::string& text) {
      value = static_cast<int>(parseWholeNumber(name, text, kRange));
    });
  };
  IngestOptions& ingest = options_.ingest;
  limit("ingest.max-series", ingest.maxSeries,
        "Series of all recorded families together; further ones add up in the overflow series of "
        "their family.");
  limit("ingest.max-series-per-family", ingest.maxSeriesPerFamily,
        "Series of one recorded family; further ones add up in its overflow series.");
  limit("ingest.max-label-length", ingest.maxLabelLength,
        "Bytes of the longest label value; a record with a longer one is refused.");
  addDuration("ingest.expiry", ingest.expiry, {std::chrono::hours(0), kLongestExpiry},
              "Forget a recorded series that had no record for this long; 0 means never.");
}

void Parser::addFlag(const FlagDefinition& flag, const std::string& group) {
  const auto give = [this, name = flag.name](const std::string& value) {
    options_.flags.give(name, value);
  };
  CLI::Option* option = nullptr;
  if (flag.kind == FlagKind::kSwitch) {
    option = addSwitch(flag.name, flag.help)->each(give);
  } else {
    option = app_.add_option("--" + flag.name, flag.help)->expected(1)->each(give);
    option->allow_extra_args(false);
    option->multi_option_policy(flag.kind == FlagKind::kList ? CLI::MultiOptionPolicy::TakeAll
                                                             : CLI::MultiOptionPolicy::Throw);
  }
  option->default_str(flag.defaultValue)->group(flag.hidden ? "" : group);
}

void Parser::addCollectorFlags() {
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    const std::string state = collector.onByDefault ? "on" : "off";
    addSwitch("collector." + collector.name,
              "Run the collector " + collector.name + " (default: " + state + ").")
        ->group(kCollectorGroup);
    for (const FlagDefinition& flag : collector.flags) addFlag(flag, kCollectorGroup);
  }
}

// CLI11 would take `--switch=true`.
void Parser::refuseSwitchValues(const std::vector<std::string>& arguments) const {
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || !argument.starts_with("--")) continue;
    const CLI::Option* option = app_.get_option_no_throw(argument.substr(0, equals));
    if (option == nullptr || option->get_expected_max() != 0) continue;
    throw UsageError(argument.substr(0, equals) + ": unexpected value '" +
                     argument.substr(equals + 1) + "', switches take none");
  }
}

// CLI11 takes `--flag=` for a flag without its value; with the empty value as an argument of its
// own it does not.
std::vector<std::string> splitEmptyValues(const std::vector<std::string>& arguments) {
  std::vector<std::string> split;
  for (const std::string& argument : arguments) {
    const bool empty = argument.starts_with("--") && argument.find('=') == argument.size() - 1;
    split.push_back(empty ? argument.substr(0, argument.size() - 1) : argument);
    if (empty) split.emplace_back();
  }
  return split;
}

Options Parser::parse(std::vector<std::string> arguments) {
  refuseSwitchValues(arguments);
  arguments = splitEmptyValues(arguments);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  app_.parse(std::move(arguments));
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    const CLI::Option* named = app_.get_option("--collector." + collector.name);
    if (named->count() > 0) {
      options_.flags.enableCollector(collector.name, named->as<bool>());
    } else if (disableDefaults_) {
      options_.flags.enableCollector(collector.name, false);
    }
  }
  checkTelemetryPath(options_.telemetryPath);
  checkListenAddresses(options_.listenAddresses);
  return options_;
}

// Replaces @file by the lines of the file.
std::vector<std::string> expandFiles(std::span<const char* const> arguments) {
  std::vector<std::string> expanded;
  for (const std::string_view argument : arguments) {
    if (!argument.starts_with('@') || argument.size() == 1) {
      expanded.emplace_back(argument);
      continue;
    }
    const std::string path(argument.substr(1));
    std::ifstream file(path);
    if (!file) throw UsageError("cannot read the arguments' file " + path);
    for (std::string line; std::getline(file, line);) {
      if (!line.empty()) expanded.push_back(line);
    }
  }
  return expanded;
}

std::string oneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

std::string versionText() {
  std::ostringstream text;
  text << "orchestrator_exporter, version " << kVersion << " (branch: " << kBranch
       << ", revision: " << kRevision << ")\n  compiler:  " << kCompiler << "\n  platform:  linux/"
       << kArchitecture;
  return text.str();
}

std::optional<Options> parseOptions(std::span<const char* const> arguments, std::string& output) {
  Parser parser;
  try {
    return parser.parse(expandFiles(arguments));
  } catch (const CLI::CallForHelp&) {
    output = parser.app().help();
  } catch (const CLI::CallForVersion&) {
    output = versionText() + "\n";
  } catch (const CLI::ParseError& error) {
    throw UsageError(oneLine(error.what()));
  } catch (const StartError& error) {
    throw UsageError(error.what());
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter
