#include "http/ingest/pushgateway/group_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <system_error>

#include "metrics/base/errors.h"
#include "metrics/exposition/exposition.h"
#include "metrics/exposition/json_text.h"
#include "metrics/exposition/protobuf_parser.h"

namespace orchestrator_exporter::http::pushgateway {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kFirstLine = "pushed groups, version 2\n";
// Of a file that has samples as text, without native buckets.
constexpr std::string_view kFirstLineOfText = "pushed groups, version 1\n";
constexpr std::chrono::seconds kQuiet{1};
constexpr std::chrono::seconds kLatest{5};

std::string samplesOf(const PushGroup& group) {
  const auto writer =
      ExpositionWriter::make({.format = Format::kProtobuf, .nativeHistograms = true});
  for (const auto& [name, family] : group.families) family->give(*writer);
  std::string samples;
  for (const std::string_view piece : writer->finish()) samples += piece;
  return samples;
}

void appendGroup(std::string& out, const PushGroup& group) {
  const std::string samples = samplesOf(group);
  Json families = Json::object();
  for (const auto& [name, family] : group.families) {
    families[name] = {{"help", family->help}, {"time", family->time}};
  }
  const Json head = {{"labels", group.labels},
                     {"push_time", group.pushTime},
                     {"failure_time", group.failureTime},
                     {"ttl", group.ttl},
                     {"families", std::move(families)},
                     {"bytes", samples.size()}};
  out.append(jsonText(head)).append(1, '\n').append(samples);
}

std::string_view takeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) throw ParseError("expected a whole line");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

void readGroup(std::string_view& text, bool isOfText, PushGroups& groups) {
  const Json head = Json::parse(takeLine(text));
  PushGroup group;
  head.at("labels").get_to(group.labels);
  head.at("push_time").get_to(group.pushTime);
  head.at("failure_time").get_to(group.failureTime);
  head.at("ttl").get_to(group.ttl);
  std::map<std::string, PushGroups::FamilyTold> told;
  for (const auto& [name, family] : head.at("families").items()) {
    told[name] = {family.at("help").get<std::string>(), family.at("time").get<double>()};
  }
  const auto bytes = head.at("bytes").get<std::size_t>();
  if (bytes > text.size()) throw ParseError("expected more samples");
  const std::string_view samples = text.substr(0, bytes);
  const auto restore = [&](std::span<const ParsedFamily> families) {
    if (const auto why = groups.restore(group, families, told)) throw ParseError(*why);
  };
  if (isOfText) {
    restore(parseText("samples", samples).families());
  } else {
    restore(parseProtobuf(samples).families);
  }
  text.remove_prefix(bytes);
}

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::generic_category().message(errno));
}

// To a file that takes the place of the old one once all of it is on the disk.
void replaceFile(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".tmp";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) fail(temporary);
  const std::unique_ptr<const int, void (*)(const int*)> closed(
      &file, [](const int* descriptor) { ::close(*descriptor); });
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(temporary);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file) != 0) fail(temporary);
  if (::rename(temporary.c_str(), path.c_str()) != 0) fail(path);
}

}  // namespace

std::string writeGroups(PushGroups& groups) {
  std::string text(kFirstLine);
  for (const auto& group : groups.groups()) appendGroup(text, *group);
  return text;
}

void readGroups(std::string_view text, PushGroups& groups) {
  const bool isOfText = text.starts_with(kFirstLineOfText);
  if (!isOfText && !text.starts_with(kFirstLine)) throw ParseError("expected another first line");
  text.remove_prefix(kFirstLine.size());
  try {
    while (!text.empty()) readGroup(text, isOfText, groups);
  } catch (const Json::exception& error) {
    throw ParseError(error.what());
  }
}

GroupFile::GroupFile(std::string path, PushGroups& groups, Log log)
    : path_(std::move(path)), groups_(groups), log_(std::move(log)) {
  load();
  groups_.listen([this] {
    const std::lock_guard lock(mutex_);
    lastChange_ = Clock::now();
    if (!isChanged_) firstChange_ = lastChange_;
    isChanged_ = true;
    wakes_.notify_one();
  });
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

GroupFile::~GroupFile() {
  thread_.request_stop();
  thread_.join();
  groups_.listen({});
  if (isChanged_) write();
}

void GroupFile::load() {
  std::ifstream file(path_, std::ios::binary);
  if (!file && errno == ENOENT) return;
  try {
    if (!file) fail("it cannot be opened");
    std::ostringstream content;
    content << file.rdbuf();
    if (!file && !file.eof()) fail("it cannot be read");
    readGroups(content.view(), groups_);
  } catch (const std::exception& error) {
    groups_.removeAll();
    log_(path_ + " is moved to " + path_ + ".bad: " + error.what());
    ::rename(path_.c_str(), (path_ + ".bad").c_str());
  }
}

void GroupFile::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (wakes_.wait(lock, stop, [this] { return isChanged_; })) {
    const auto isDue = [this] {
      return Clock::now() >= std::min(lastChange_ + kQuiet, firstChange_ + kLatest);
    };
    while (!isDue() && !stop.stop_requested()) {
      wakes_.wait_until(lock, stop, std::min(lastChange_ + kQuiet, firstChange_ + kLatest), isDue);
    }
    if (stop.stop_requested()) return;  // the end writes
    isChanged_ = false;
    lock.unlock();
    write();
    lock.lock();
  }
}

void GroupFile::write() {
  try {
    replaceFile(path_, writeGroups(groups_));
    if (isFailing_) log_("pushed groups are kept again");
    isFailing_ = false;
  } catch (const std::exception& error) {
    if (!isFailing_) log_(std::string("pushed groups are not kept: ") + error.what());
    isFailing_ = true;
  }
}

}  // namespace orchestrator_exporter::http::pushgateway
