#include "metrics/notifications/state/state_file.h"

#include "metrics/base/number_format.h"
#include "metrics/notifications/state/kept_json.h"

namespace orchestrator_exporter::notifications {

namespace {

using history::Database;
using history::Statement;
using history::Transaction;

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS transition(
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL, fingerprint TEXT NOT NULL,
  alertname TEXT NOT NULL, "from" TEXT NOT NULL, "to" TEXT NOT NULL, value TEXT NOT NULL,
  labels TEXT NOT NULL, annotations TEXT NOT NULL, rule TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS times_of_transition ON transition(time);
CREATE TABLE IF NOT EXISTS alert(
  fingerprint TEXT PRIMARY KEY, state TEXT NOT NULL, content TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notification(
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time INTEGER NOT NULL,
  receiver TEXT NOT NULL, channel TEXT NOT NULL, group_key TEXT NOT NULL, reason TEXT NOT NULL,
  alerts INTEGER NOT NULL, attempts INTEGER NOT NULL, status TEXT NOT NULL,
  http_status INTEGER NOT NULL, error TEXT NOT NULL, latency TEXT NOT NULL, content TEXT);
CREATE INDEX IF NOT EXISTS statuses_of_notification ON notification(status);
CREATE TABLE IF NOT EXISTS silence(id TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS group_state(key TEXT PRIMARY KEY, told TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS group_time(key TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cooling(
  fingerprint TEXT PRIMARY KEY, told INTEGER NOT NULL, starts INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit(
  number INTEGER PRIMARY KEY, time INTEGER NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL);
)";

constexpr std::int64_t kMostRows = 100'000;

Fingerprint fingerprintOf(std::string_view text) {
  return std::stoull(std::string(text), nullptr, 16);
}

void writeAlerts(Database& database, const Changes& changes) {
  Statement state(database,
                  "INSERT INTO alert(fingerprint, state) VALUES(?, ?) "
                  "ON CONFLICT(fingerprint) DO UPDATE SET state = excluded.state");
  Statement transition(database,
                       "INSERT INTO transition(time, fingerprint, alertname, \"from\", \"to\", "
                       "value, labels, annotations, rule) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const Transition& each : changes.transitions) {
    const std::string known = textOf(fingerprint(each.labels));
    const std::string value = numberText(each.value);
    const std::string labels = writtenLabels(each.labels);
    const std::string annotations = writtenPairs(*each.annotations);
    transition
        .with(each.time, std::string_view(known), each.labels.get("alertname"),
              std::string_view(each.from), std::string_view(each.to), std::string_view(value),
              std::string_view(labels), std::string_view(annotations), std::string_view(each.rule))
        .run();
    state.with(std::string_view(known), std::string_view(each.to)).run();
  }
  Statement content(database,
                    "INSERT INTO alert(fingerprint, state, content) VALUES(?, '', ?) "
                    "ON CONFLICT(fingerprint) DO UPDATE SET content = excluded.content");
  for (const Alert& alert : changes.alerts) {
    const std::string known = textOf(fingerprint(alert.labels));
    const std::string text = written(alert);
    content.with(std::string_view(known), std::string_view(text)).run();
  }
  Statement forget(database, "UPDATE alert SET content = NULL WHERE fingerprint = ?");
  for (const Fingerprint any : changes.forgottenAlerts) {
    const std::string known = textOf(any);
    forget.with(std::string_view(known)).run();
  }
  if (!changes.transitions.empty() || !changes.forgottenAlerts.empty()) {
    database.execute(
        "DELETE FROM alert WHERE content IS NULL AND state IN ('', 'inactive', 'resolved')");
  }
}

void writeNotifications(Database& database, const Changes& changes) {
  Statement insert(database,
                   "INSERT OR REPLACE INTO notification(id, time, receiver, channel, group_key, "
                   "reason, alerts, attempts, status, http_status, error, latency, content) "
                   "VALUES(?, ?, ?, ?, ?, ?, ?, 0, 'queued', 0, '', '', ?)");
  for (const Notification& each : changes.queued) {
    const std::string content = written(each);
    insert
        .with(std::string_view(each.id), each.at, std::string_view(each.receiver),
              std::string_view(each.integration), std::string_view(each.groupKey),
              nameOf(each.reason), static_cast<std::int64_t>(each.alerts.size()),
              std::string_view(content))
        .run();
  }
  Statement update(database,
                   "UPDATE notification SET status = ?1, attempts = max(attempts, ?2), "
                   "http_status = ?3, error = ?4, latency = ?5, content = CASE WHEN ?1 IN "
                   "('queued', 'sending') THEN content END WHERE id = ?6");
  for (const Progress& each : changes.progress) {
    const std::string latency = each.latency > 0 ? numberText(each.latency) : "";
    update
        .with(std::string_view(each.status), static_cast<std::int64_t>(each.tries),
              std::int64_t{each.httpStatus}, std::string_view(each.error),
              std::string_view(latency), std::string_view(each.id))
        .run();
  }
}

void writeGroups(Database& database, const Changes& changes) {
  Statement told(database, "INSERT OR REPLACE INTO group_state(key, told) VALUES(?, ?)");
  Statement untold(database, "DELETE FROM group_state WHERE key = ?");
  for (const auto& [key, last] : changes.told) {
    if (!last) {
      untold.with(std::string_view(key)).run();
      continue;
    }
    const std::string text = written(*last);
    told.with(std::string_view(key), std::string_view(text)).run();
  }
  Statement next(database, "INSERT OR REPLACE INTO group_time(key, next) VALUES(?, ?)");
  for (const auto& [key, time] : changes.nextFlush) next.with(std::string_view(key), time).run();
  Statement cooling(database,
                    "INSERT OR REPLACE INTO cooling(fingerprint, told, starts) VALUES(?, ?, ?)");
  for (const auto& [known, since] : changes.cooling) {
    const std::string text = textOf(known);
    cooling.with(std::string_view(text), since.toldAt, since.startsAt).run();
  }
}

void writeSilences(Database& database, const Changes& changes) {
  Statement set(database, "INSERT OR REPLACE INTO silence(id, content) VALUES(?, ?)");
  for (const Silence& silence : changes.silences) {
    const std::string text = written(silence);
    set.with(std::string_view(silence.id), std::string_view(text)).run();
  }
  Statement forget(database, "DELETE FROM silence WHERE id = ?");
  for (const std::string& id : changes.forgottenSilences) forget.with(std::string_view(id)).run();
  Statement audit(database,
                  "INSERT INTO audit(time, what, who, before, after) VALUES(?, ?, ?, ?, ?)");
  for (const AuditEntry& each : changes.audit) {
    audit
        .with(each.time, std::string_view(each.what), std::string_view(each.who),
              std::string_view(each.before), std::string_view(each.after))
        .run();
  }
}

constexpr std::int64_t kBehindAll = std::int64_t{1} << 62;

// Gathers what a query asks for.
struct PageFiller {
  explicit PageFiller(const HistoryQuery& asked) : query(asked) {}

  // False once the page is full.
  bool take(const HistoryPage::Row& row) {
    if (row.time < query.start || row.time > query.end) return true;
    if (row.number >= query.before.value_or(kBehindAll)) return true;
    if (!query.matchers.match(readLabels(row.labels))) return true;
    if (page.rows.size() == query.limit) {
      page.next = page.rows.back().number;
      return false;
    }
    page.rows.push_back(row);
    return true;
  }

  const HistoryQuery& query;
  HistoryPage page = {};
};

// Calls take(statement) for each row.
template <typename Take>
void forEachRow(Database& database, const std::string& sql, Take take) {
  Statement statement(database, sql);
  while (statement.next()) take(statement);
}

}  // namespace

StateFile::StateFile(const std::filesystem::path& file) : database_(file, Database::Mode::kCreate) {
  database_.integer("PRAGMA journal_mode = WAL");
  database_.execute("PRAGMA synchronous = FULL");
  Transaction transaction(database_, Transaction::Kind::kWrite);
  database_.execute(kSchema);
  transaction.commit();
}

KeptState StateFile::load() {
  Transaction transaction(database_, Transaction::Kind::kRead);
  KeptState kept;
  forEachRow(database_, "SELECT fingerprint, state, content FROM alert", [&](const auto& row) {
    kept.states[fingerprintOf(row.text(0))] = row.text(1);
    if (!row.isNull(2)) kept.alerts.push_back(readAlert(row.text(2)));
  });
  forEachRow(database_,
             "SELECT content, status FROM notification WHERE status IN ('queued', 'sending') "
             "AND content IS NOT NULL ORDER BY number",
             [&](const auto& row) {
               kept.queued.push_back(readNotification(row.text(0)));
               kept.queued.back().isUncertain = row.text(1) == "sending";
             });
  forEachRow(database_, "SELECT key, told FROM group_state",
             [&](const auto& row) { kept.told[std::string(row.text(0))] = readTold(row.text(1)); });
  forEachRow(database_, "SELECT key, next FROM group_time",
             [&](const auto& row) { kept.nextFlush[std::string(row.text(0))] = row.integer(1); });
  forEachRow(database_, "SELECT content FROM silence",
             [&](const auto& row) { kept.silences.push_back(readSilence(row.text(0))); });
  forEachRow(database_, "SELECT fingerprint, told, starts FROM cooling", [&](const auto& row) {
    kept.cooling[fingerprintOf(row.text(0))] = {row.integer(1), row.integer(2)};
  });
  return kept;
}

void StateFile::write(const Changes& changes) {
  if (changes.empty()) return;
  Transaction transaction(database_, Transaction::Kind::kWrite);
  writeAlerts(database_, changes);
  writeNotifications(database_, changes);
  writeGroups(database_, changes);
  writeSilences(database_, changes);
  transaction.commit();
}

void StateFile::prune(Time oldest) {
  Transaction transaction(database_, Transaction::Kind::kWrite);
  for (const std::string table : {"transition", "notification", "audit"}) {
    const std::string open =
        table == "notification" ? " AND status NOT IN ('queued', 'sending')" : "";
    database_.execute("DELETE FROM " + table + " WHERE (time < " + std::to_string(oldest) +
                      " OR number <= (SELECT max(number) FROM " + table + ") - " +
                      std::to_string(kMostRows) + ")" + open);
  }
  const std::string time = std::to_string(oldest);
  database_.execute("DELETE FROM group_time WHERE next < " + time);
  database_.execute("DELETE FROM cooling WHERE told < " + time);
  transaction.commit();
}

void RecentTransitions::add(const std::vector<Transition>& transitions) {
  constexpr std::size_t kMost = 1000;
  for (const Transition& each : transitions) {
    const std::int64_t number = rows_.empty() ? 1 : rows_.back().number + 1;
    rows_.push_back({number, each.time, textOf(fingerprint(each.labels)), each.from, each.to,
                     numberText(each.value), each.rule, writtenLabels(each.labels),
                     writtenPairs(*each.annotations)});
  }
  if (rows_.size() > kMost) rows_.erase(rows_.begin(), rows_.end() - kMost);
}

HistoryPage RecentTransitions::page(const HistoryQuery& query) const {
  PageFiller filler(query);
  for (std::size_t i = rows_.size(); i-- > 0 && filler.take(rows_[i]);) {
  }
  return filler.page;
}

HistoryPage readTransitions(const std::filesystem::path& file, const HistoryQuery& query) {
  Database database(file, Database::Mode::kReadOnly);
  Statement statement(database,
                      "SELECT number, time, fingerprint, \"from\", \"to\", value, rule, labels, "
                      "annotations FROM transition WHERE time >= ? AND time <= ? AND number < ? "
                      "ORDER BY number DESC");
  statement.with(query.start, query.end, query.before.value_or(kBehindAll));
  PageFiller filler(query);
  const auto text = [&](int column) { return std::string(statement.text(column)); };
  while (statement.next()) {
    if (!filler.take({statement.integer(0), statement.integer(1), text(2), text(3), text(4),
                      text(5), text(6), text(7), text(8)})) {
      break;
    }
  }
  return filler.page;
}

}  // namespace orchestrator_exporter::notifications
