#include "exporter/pipeline/session_store.h"

#include <utility>
#include <vector>

#include "metrics/exposition/json_text.h"
#include "metrics/uuid.h"

namespace orchestrator_exporter::pipeline {

namespace {

using history::Database;
using history::Statement;

std::filesystem::path stateFileIn(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  return directory / "state.db";
}

// The same session as failed. What is no JSON stays as it is.
std::string failed(const std::string& text) {
  nlohmann::json session = nlohmann::json::parse(text, nullptr, false);
  if (!session.is_object()) return text;
  session["status"] = wordOf(SessionStatus::kFailed);
  session["reason"] = "the process ended before it";
  return jsonText(session);
}

// The first column of all rows.
std::string joined(Statement& statement) {
  std::string list;
  while (statement.next()) list += (list.empty() ? "" : ",") + std::string(statement.text(0));
  return list;
}

}  // namespace

SessionStore::SessionStore(const std::filesystem::path& directory)
    : database_(stateFileIn(directory), Database::Mode::kCreate),
      began_(timedUuid(std::chrono::system_clock::now())) {
  database_.execute(
      "CREATE TABLE IF NOT EXISTS pipeline_sessions (id TEXT PRIMARY KEY, isOver INTEGER NOT NULL, "
      "session TEXT NOT NULL) WITHOUT ROWID");
  std::vector<std::pair<std::string, std::string>> left;
  Statement open(database_, "SELECT id, session FROM pipeline_sessions WHERE isOver = 0");
  while (open.next()) left.emplace_back(open.text(0), open.text(1));
  open.reset();
  for (const auto& [id, text] : left) {
    const std::string next = failed(text);
    Statement(database_, "UPDATE pipeline_sessions SET isOver = 1, session = ? WHERE id = ?")
        .with(std::string_view(next), std::string_view(id))
        .run();
  }
}

void SessionStore::save(const Session& session) {
  const std::string text = sessionJson(session);
  const std::lock_guard lock(mutex_);
  Statement(database_, "INSERT OR REPLACE INTO pipeline_sessions VALUES (?, ?, ?)")
      .with(std::string_view(session.id()), std::int64_t{session.isOver()}, std::string_view(text))
      .run();
  database_.execute(
      "DELETE FROM pipeline_sessions WHERE id NOT IN (SELECT id FROM pipeline_sessions "
      "ORDER BY id DESC LIMIT 1000)");
}

std::string SessionStore::keptIn(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "state.db";
  if (!std::filesystem::exists(file)) return {};
  Database database(file, Database::Mode::kReadOnly);
  const bool isThere =
      database.integer("SELECT count(*) FROM sqlite_master WHERE name = 'pipeline_sessions'") > 0;
  if (!isThere) return {};
  Statement statement(database, "SELECT session FROM pipeline_sessions ORDER BY id DESC");
  return joined(statement);
}

std::string SessionStore::load(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Statement statement(database_, "SELECT session FROM pipeline_sessions WHERE id = ?");
  statement.with(std::string_view(id));
  return statement.next() ? std::string(statement.text(0)) : "";
}

std::string SessionStore::listBefore() {
  const std::lock_guard lock(mutex_);
  Statement statement(database_,
                      "SELECT session FROM pipeline_sessions WHERE id < ? ORDER BY id DESC");
  statement.with(std::string_view(began_));
  return joined(statement);
}

}  // namespace orchestrator_exporter::pipeline
