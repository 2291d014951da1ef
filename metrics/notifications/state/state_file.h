#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "metrics/history/store/sqlite/database.h"
#include "metrics/notifications/state/changes.h"

namespace orchestrator_exporter::notifications {

// The tables of state.db that keep alerts and who was told of them: transition, notification,
// silence, group_state, audit, and what a restart needs. For one thread at a time; all throw
// history::DatabaseError.
class StateFile {
 public:
  explicit StateFile(const std::filesystem::path& file);

  KeptState load();
  // All of it or nothing, on disk when it comes back.
  void write(const Changes& changes);
  // Takes out what is older than `oldest`, and the oldest beyond 100,000 rows of each table.
  void prune(Time oldest);

 private:
  history::Database database_;
};

// One page of what happened, the newest first.
struct HistoryQuery {
  Time start = 0;
  Time end = 0;
  Matchers matchers = {};
  std::size_t limit = 100;
  std::optional<std::int64_t> before = std::nullopt;  // a row's number, from the page before
};
struct HistoryPage {
  struct Row {
    std::int64_t number = 0;
    Time time = 0;
    std::string fingerprint = {};
    std::string from = {};
    std::string to = {};
    std::string value = {};
    std::string rule = {};
    std::string labels = {};       // JSON
    std::string annotations = {};  // JSON
  };
  std::vector<Row> rows = {};
  std::optional<std::int64_t> next = std::nullopt;  // to ask for the next page with
};

// The last thousand transitions in memory, if there is no file.
class RecentTransitions {
 public:
  void add(const std::vector<Transition>& transitions);
  HistoryPage page(const HistoryQuery& query) const;

 private:
  std::vector<HistoryPage::Row> rows_;  // the newest last
};

// Reads transitions from a state file that another thread writes. Throws history::DatabaseError.
HistoryPage readTransitions(const std::filesystem::path& file, const HistoryQuery& query);

}  // namespace orchestrator_exporter::notifications
