#include "exporter/logging.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <mutex>

#include "metrics/base/utf8.h"

namespace orchestrator_exporter {

namespace {

// The message as a quoted string that both logfmt and JSON read: control characters escaped.
class QuotedMessage final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const std::string text = toUtf8({message.payload.data(), message.payload.size()});
    out.push_back('"');
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        out.push_back('\\');
        out.push_back(c);
      } else if (static_cast<unsigned char>(c) < 0x20) {
        spdlog::fmt_lib::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<int>(c));
      } else {
        out.push_back(c);
      }
    }
    out.push_back('"');
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return spdlog::details::make_unique<QuotedMessage>();
  }
};

class UpperCaseLevel final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    const std::string_view name = message.level == spdlog::level::debug  ? "DEBUG"
                                  : message.level == spdlog::level::info ? "INFO"
                                  : message.level == spdlog::level::warn ? "WARN"
                                                                         : "ERROR";
    out.append(name.data(), name.data() + name.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return spdlog::details::make_unique<UpperCaseLevel>();
  }
};

// Standard error, behind a door that is closed at first.
class ClosedSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    write(waiting_);
    waiting_ = {};
  }
  void drop() {
    const std::lock_guard lock(mutex_);
    waiting_ = {};
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    if (open_) return write({line.data(), line.size()});
    waiting_.append(line.data(), line.size());
  }
  void flush_() override {}
  // There is nobody to tell that standard error cannot be written to.
  static void write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

  bool open_ = false;
  std::string waiting_;
};

// Null before setUpLogging().
std::shared_ptr<ClosedSink> sink;

spdlog::level::level_enum levelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

void setUpLogging(const std::string& level, const std::string& format) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<QuotedMessage>('*').add_flag<UpperCaseLevel>('&');
  formatter->set_pattern(format == "json"
                             ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%&","msg":%*})"
                             : R"(time=%Y-%m-%dT%H:%M:%S.%eZ level=%& msg=%*)");
  sink = std::make_shared<ClosedSink>();
  auto logger = std::make_shared<spdlog::logger>("orchestrator_exporter", sink);
  logger->set_formatter(std::move(formatter));
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(std::move(logger));
}

void openLog() {
  if (sink) sink->open();
}

void dropWaitingLog() {
  if (sink) sink->drop();
}

void log(LogLevel level, std::string_view message) {
  spdlog::log(levelOf(level), spdlog::string_view_t(message.data(), message.size()));
}

void logStart(const Options& options) {
  std::string version = versionText();
  log(LogLevel::kInfo, "starting " + version.substr(0, version.find('\n')));
  if (geteuid() == 0) {
    log(LogLevel::kInfo, "running as root, which most collectors do not need");
  }
  std::string enabled;
  for (const CollectorDefinition& collector : collectorDefinitions()) {
    if (!options.flags.collectorEnabled(collector.name)) continue;
    enabled += (enabled.empty() ? "" : " ") + collector.name;
  }
  log(LogLevel::kInfo, "collectors: " + enabled);
}

}  // namespace orchestrator_exporter
