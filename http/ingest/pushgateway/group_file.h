#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "metrics/pushed/push_groups.h"

namespace orchestrator_exporter::http::pushgateway {

// All groups as a file keeps them: a line of JSON for each, and behind it its samples in delimited
// protobuf, which alone has native buckets.
std::string writeGroups(PushGroups& groups);
// Puts what was written into groups that are empty; samples in text format 0.0.4, as the first
// version wrote them, are read too. Throws ParseError for what makes no sense.
void readGroups(std::string_view text, PushGroups& groups);

// Keeps groups in a file, from construction to destruction: what it holds is put into the groups
// first; a change is written one second after the last one, at the latest after five, to a
// temporary file that then takes the place of the old one, and once more in the end.
class GroupFile {
 public:
  using Log = std::function<void(const std::string&)>;

  // `groups` outlive it, and nobody else listens to them. A file that cannot be read gets the
  // ending .bad, and the log is told; so it is when a write fails for the first time, and when
  // writing works again.
  GroupFile(std::string path, PushGroups& groups, Log log);
  ~GroupFile();
  GroupFile(const GroupFile&) = delete;
  GroupFile& operator=(const GroupFile&) = delete;

 private:
  using Clock = std::chrono::steady_clock;

  void load();
  void write();
  void run(const std::stop_token& stop);

  const std::string path_;
  PushGroups& groups_;
  const Log log_;
  bool isFailing_ = false;  // of the thread alone
  std::mutex mutex_;        // guards what follows
  std::condition_variable_any wakes_;
  bool isChanged_ = false;
  Clock::time_point firstChange_;
  Clock::time_point lastChange_;
  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter::http::pushgateway
