#include "exporter/options.h"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <sstream>

#include "exporter/argument_files.h"
#include "exporter/build_info.h"
#include "exporter/commands/command.h"
#include "exporter/completions.h"
#include "exporter/host/collector.h"
#include "exporter/manual.h"
#include "http/server/listen_address.h"
#include "metrics/registry/family.h"

namespace orchestrator_exporter {

namespace {

// A path that some request can have, and that no other endpoint takes.
void checkTelemetryPath(const std::string& path) {
  const bool whole =
      path.starts_with('/') && std::filesystem::path(path).lexically_normal().native() == path;
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

std::string withDefault(const std::string& text, const std::string& value) {
  return value.empty() ? text : text + " Default: " + value;
}

std::string placeholderOf(FlagKind kind) {
  switch (kind) {
    case FlagKind::kInteger:
      return "N";
    case FlagKind::kDuration:
      return "DURATION";
    case FlagKind::kPattern:
      return "REGEX";
    default:
      return "TEXT";
  }
}

// Names of collectors, by whether they run if nobody says so.
std::string collectorNames(bool onByDefault) {
  std::string names;
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    if (collector.onByDefault == onByDefault) names += (names.empty() ? "" : " ") + collector.name;
  }
  return names;
}

std::string commandNames() {
  std::vector<std::string> names;
  for (const auto& command : commands::commandDefinitions()) names.push_back(command.name);
  return joined(names);
}

// The program's flags, each of which writes what comes into the options.
class Parser {
 public:
  Parser();

  // Throws UsageError and StartError.
  CommandLine::Request parse(const std::vector<std::string>& arguments);
  const Options& options() const { return options_; }
  const CommandLine& line() const { return line_; }
  // What is used most, or one topic. Throws UsageError if there is no such topic.
  std::string help() const;

 private:
  void addServing();
  void addScraping();
  void addPaths();
  void addLogging();
  void addIngest();
  void addDeclared(const std::vector<std::string_view>& beginnings);
  void addCollectors();
  void addFlag(const FlagDefinition& flag);
  void addText(const std::string& name, const std::string& placeholder, std::string& value,
               const std::string& text);
  void addDuration(const std::string& name, std::chrono::duration<double>& value,
                   DurationRange range, const std::string& text);
  void addChoice(const std::string& name, std::string& value,
                 const std::vector<std::string>& choices, const std::string& text);
  void addSwitch(const std::string& name, bool& value, const std::string& text);

  CommandLine line_;
  Options options_;
  std::vector<std::string> listenAddresses_;  // those that came
  std::set<std::string> declared_;            // flags of features that were added
  bool disableDefaults_ = false;
  std::map<std::string, bool> named_;  // collectors that the command line switches
};

Parser::Parser() {
  line_.beginSection({},
                     "usage: orchestrator_exporter [FLAG]... [@FILE]... or COMMAND [ARGUMENT]...");
  line_.beginSection({},
                     "Prometheus exporter for this host and the AI-agent orchestrators on it. "
                     "--flag=value and --flag value are the same; @FILE stands for the arguments "
                     "in FILE, one a line. Commands, whose --help is a page of its own: " +
                         commandNames() + ".");
  addServing();
  addScraping();
  addPaths();
  addIngest();
  line_.beginSection("History and queries", {}, "history");
  addDeclared({"storage.", "history.", "query.", "enable-feature", "job", "instance"});
  line_.beginSection("Configuration file, rules, analysis, probes, other servers", {}, "more");
  addDeclared({""});
  addLogging();
  line_.beginSection("Help", {}, "log");
  line_.addRequests();
  addCollectors();
  // Accepted for command lines written for node_exporter; there is no such runtime here.
  line_.add({.name = "runtime.gomaxprocs", .environment = "GOMAXPROCS"},
            [](const std::string& text) { parseWholeNumber("runtime.gomaxprocs", text, kCount); });
}

std::string Parser::help() const {
  static const std::vector<std::string_view> kUsedMost = {
      "web.listen-address", "web.config.file", "config.file", "storage.path",
      "path.procfs",        "path.sysfs",      "path.rootfs", "collector.disable-defaults",
      "ingest.token-file",  "log.level",       "once"};
  const std::vector<HelpSection>& all = line_.sections();
  if (line_.topic().empty()) return shortHelp(all, kUsedMost, outputWidth());
  const std::vector<HelpSection> some = sectionsOf(all, line_.topic());
  if (!some.empty()) return helpText(some, outputWidth());
  throw UsageError("--help: expected one of " + joined(topicsOf(all)) + ", got '" + line_.topic() +
                   "'");
}

void Parser::addText(const std::string& name, const std::string& placeholder, std::string& value,
                     const std::string& text) {
  line_.add({name, placeholder, withDefault(text, value)},
            [&value](const std::string& given) { value = given; });
}

void Parser::addDuration(const std::string& name, std::chrono::duration<double>& value,
                         DurationRange range, const std::string& text) {
  const auto byDefault = std::chrono::duration_cast<std::chrono::nanoseconds>(value);
  line_.add({name, "DURATION", withDefault(text, durationText(byDefault))},
            [name, range, &value](const std::string& given) {
              value = parseDuration(name, given, range);
            });
}

void Parser::addChoice(const std::string& name, std::string& value,
                       const std::vector<std::string>& choices, const std::string& text) {
  line_.add({name, "WORD", withDefault(text + " One of " + joined(choices) + ".", value)},
            [name, choices, &value](const std::string& given) {
              if (std::find(choices.begin(), choices.end(), given) == choices.end()) {
                throw UsageError("--" + name + ": expected one of " + joined(choices) + ", got '" +
                                 given + "'");
              }
              value = given;
            });
}

void Parser::addSwitch(const std::string& name, bool& value, const std::string& text) {
  line_.addSwitch(name, text, [&value](bool given) { value = given; });
}

void Parser::addServing() {
  line_.beginSection("Serving", {}, "serving");
  line_.add({.name = "web.listen-address",
             .placeholder = "HOST:PORT",
             .text = withDefault("Where to serve, such as :10190 (all addresses) or [::1]:9100; "
                                 "repeatable.",
                                 options_.listenAddresses.front()),
             .repeatable = true},
            [this](const std::string& given) { listenAddresses_.push_back(given); });
  addSwitch("web.systemd-socket", options_.systemdSocket,
            "Serve on the sockets of systemd's socket activation instead.");
  line_.add({"web.max-connections", "N",
             withDefault("Connections of clients at the same time.",
                         std::to_string(options_.maxConnections))},
            [this](const std::string& given) {
              options_.maxConnections = static_cast<std::size_t>(
                  parseWholeNumber("web.max-connections", given, {1, kCount.most}));
            });
  addText("web.telemetry-path", "PATH", options_.telemetryPath,
          "Path that the metrics are served under.");
  line_.add({"web.max-requests", "N",
             withDefault("Scrapes at the same time; 0 means no limit.",
                         std::to_string(options_.maxRequests))},
            [this](const std::string& given) {
              options_.maxRequests =
                  static_cast<std::size_t>(parseWholeNumber("web.max-requests", given, kCount));
            });
  addSwitch("web.disable-exporter-metrics", options_.disableExporterMetrics,
            "Leave out the metrics about the exporter itself (process_*, promhttp_*).");
  addSwitch("web.openmetrics-created", options_.openMetricsCreated,
            "Write _created lines in OpenMetrics; Prometheus 2 stores each as one more series.");
  addSwitch("web.native-histograms", options_.nativeHistograms,
            "Count latencies in native buckets too, for scrapers that ask for protobuf.");
  addDeclared({"web."});
}

void Parser::addScraping() {
  line_.beginSection("Scraping", {}, "scraping");
  line_.add({"scrape.timeout", "DURATION",
             withDefault("How long a scrape waits for collectors that block, if the scraper does "
                         "not say.",
                         "10s")},
            [this](const std::string& given) {
              options_.scrapeTimeout = parseDuration("scrape.timeout", given, kWaitingTime);
              options_.scrapeTimeoutGiven = true;
            });
  addDuration("scrape.timeout-offset", options_.scrapeTimeoutOffset,
              {kNotNegative.least, kWaitingTime.most},
              "How much earlier than the scraper's own time-out a scrape ends.");
  addSwitch("once", options_.once, "Print one exposition on standard output and exit.");
  line_.add({"check", "URL",
             "Ask this URL once and exit: with 0 if it answers with a status of 2xx within 5s, else "
             "with 1 and the reason; for health checks of containers."},
            [this](const std::string& given) {
              if (given.empty()) throw UsageError("--check: expected a URL, got ''");
              options_.checkedUrl = given;
            });
}

void Parser::addPaths() {
  line_.beginSection("This host", {}, "host");
  addText("path.procfs", "DIRECTORY", options_.roots.procfs, "Where procfs is mounted.");
  addText("path.sysfs", "DIRECTORY", options_.roots.sysfs, "Where sysfs is mounted.");
  addText("path.rootfs", "DIRECTORY", options_.roots.rootfs,
          "Where the host's root file system is mounted.");
  addText("path.udev.data", "DIRECTORY", options_.roots.udevData, "Where udev keeps its database.");
}

void Parser::addLogging() {
  line_.beginSection("Log", {}, "log");
  addChoice("log.level", options_.logLevel, {"debug", "info", "warn", "error"},
            "Least severe records that are logged.");
  addChoice("log.format", options_.logFormat, {"logfmt", "json"}, "How log records are written.");
}

void Parser::addIngest() {
  constexpr IntegerRange kRange{1, std::numeric_limits<int>::max()};
  line_.beginSection("What others push", {}, "pushes");
  const auto limit = [&](const std::string& name, int& value, const std::string& text) {
    line_.add({name, "N", withDefault(text, std::to_string(value))},
              [name, kRange, &value](const std::string& given) {
                value = static_cast<int>(parseWholeNumber(name, given, kRange));
              });
  };
  IngestOptions& ingest = options_.ingest;
  limit("ingest.max-series", ingest.maxSeries,
        "Series of all recorded families together, and of all pushed ones; further ones add up in "
        "the overflow series of their family.");
  limit("ingest.max-series-per-family", ingest.maxSeriesPerFamily,
        "Series of one recorded or pushed family; further ones add up in its overflow series.");
  limit("ingest.max-label-length", ingest.maxLabelLength,
        "Bytes of the longest label value; a record with a longer one is refused.");
  limit("ingest.max-body", ingest.maxBody, "Bytes of one push once it is unpacked.");
  addDuration(
      "ingest.expiry", ingest.expiry, {std::chrono::hours(0), kLongestExpiry},
      "Forget a recorded or pushed series that had nothing new for this long, pushed gauges "
      "after five minutes; 0 means never.");
  addDeclared({"ingest.", "otlp.", "push.", "statsd.", "browser."});
}

// Adds those flags that features declare in their own files whose names begin with one of these, and
// that have not been added yet.
void Parser::addDeclared(const std::vector<std::string_view>& beginnings) {
  for (const FlagDefinition& flag : declaredFlags()) {
    const bool isWanted = std::ranges::any_of(
        beginnings, [&](std::string_view begin) { return flag.name.starts_with(begin); });
    if (isWanted && declared_.insert(flag.name).second) addFlag(flag);
  }
}

void Parser::addFlag(const FlagDefinition& flag) {
  const auto give = [this, name = flag.name](const std::string& value) {
    options_.flags.give(name, value);
  };
  if (flag.kind == FlagKind::kSwitch) {
    const std::string text = withDefault(flag.help, flag.defaultValue == "true" ? "on" : "");
    line_.addSwitch(flag.name, flag.hidden ? "" : text,
                    [give](bool on) { give(on ? "true" : "false"); });
    return;
  }
  const bool list = flag.kind == FlagKind::kList;
  const std::string text = withDefault(flag.help, flag.defaultValue) + (list ? " Repeatable." : "");
  line_.add({flag.name, placeholderOf(flag.kind), flag.hidden ? "" : text, list}, give);
}

void Parser::addCollectors() {
  line_.beginSection("Collectors",
                     "--collector.NAME runs a collector, --no-collector.NAME does not.",
                     "collectors");
  addSwitch("collector.disable-defaults", disableDefaults_,
            "Switch off every collector that is not named on the command line.");
  line_.beginSection("Collectors that run by default", collectorNames(true), "collectors");
  line_.beginSection("Collectors that run if they are named", collectorNames(false), "collectors");
  line_.beginSection("Flags of collectors", {}, "collectors");
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    line_.addSwitch("collector." + collector.name, {},
                    [this, name = collector.name](bool on) { named_[name] = on; });
    for (const FlagDefinition& flag : collector.flags) addFlag(flag);
  }
}

CommandLine::Request Parser::parse(const std::vector<std::string>& arguments) {
  const CommandLine::Request request = line_.parse(arguments);
  if (request != CommandLine::Request::kRun) return request;
  if (!listenAddresses_.empty()) options_.listenAddresses = listenAddresses_;
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    const auto named = named_.find(collector.name);
    if (named != named_.end()) {
      options_.flags.enableCollector(collector.name, named->second);
    } else if (disableDefaults_) {
      options_.flags.enableCollector(collector.name, false);
    }
  }
  checkTelemetryPath(options_.telemetryPath);
  checkListenAddresses(options_.listenAddresses);
  return request;
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
    switch (parser.parse(expandArgumentFiles(arguments))) {
      case CommandLine::Request::kHelp:
        output = parser.help();
        return std::nullopt;
      case CommandLine::Request::kWholeHelp:
        output = helpText(parser.line().sections(), outputWidth());
        return std::nullopt;
      case CommandLine::Request::kProgramVersion:
        output = versionText() + "\n";
        return std::nullopt;
      case CommandLine::Request::kManual:
        output = manualPage(parser.line().sections(), commands::commandSections());
        return std::nullopt;
      case CommandLine::Request::kBashCompletion:
        output = bashCompletion(parser.line().names(), commands::commandFlags());
        return std::nullopt;
      case CommandLine::Request::kZshCompletion:
        output = zshCompletion(parser.line().names(), commands::commandFlags());
        return std::nullopt;
      case CommandLine::Request::kFishCompletion:
        output = fishCompletion(parser.line().names(), commands::commandFlags());
        return std::nullopt;
      case CommandLine::Request::kRun:
        break;
    }
    return parser.options();
  } catch (const StartError& error) {
    throw UsageError(error.what());
  }
}

}  // namespace orchestrator_exporter
