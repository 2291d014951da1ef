#include "metrics/history/store/schema.h"

#include <array>
#include <string>

#include "metrics/history/store/sqlite/sqlite_library.h"

namespace orchestrator_exporter::history {

namespace {

// The step from each version to the next one; a file of version n has run the first n.
constexpr std::array<const char*, kSchemaVersion> kMigrations = {R"(
CREATE TABLE series(id INTEGER PRIMARY KEY, labels TEXT NOT NULL,
                    began INTEGER NOT NULL, ended INTEGER);
CREATE TABLE blocks(id INTEGER PRIMARY KEY, step INTEGER NOT NULL, first INTEGER NOT NULL,
                    last INTEGER NOT NULL, positions INTEGER NOT NULL, times BLOB NOT NULL);
CREATE TABLE chunks(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE VIEW chunks_of_series(block, series, data) AS
  SELECT id >> 32, id & 4294967295, data FROM chunks;
CREATE TABLE log(time INTEGER PRIMARY KEY, series BLOB, samples BLOB NOT NULL,
                 compacted INTEGER NOT NULL DEFAULT 0);
)",
                                                                 R"(
CREATE TABLE written(id INTEGER PRIMARY KEY, samples BLOB NOT NULL);
CREATE TABLE written_chunks(series INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
                            positions INTEGER NOT NULL, data BLOB NOT NULL,
                            PRIMARY KEY(series, first)) WITHOUT ROWID;
CREATE INDEX ends_of_written_chunks ON written_chunks(last);
CREATE TABLE families(name TEXT PRIMARY KEY, type INTEGER NOT NULL, help TEXT NOT NULL,
                      unit TEXT NOT NULL) WITHOUT ROWID;
)",
                                                                 R"(
ALTER TABLE log ADD COLUMN histograms BLOB;
CREATE TABLE written_histograms(id INTEGER PRIMARY KEY, samples BLOB NOT NULL);
CREATE TABLE histogram_chunks(series INTEGER NOT NULL, first INTEGER NOT NULL,
                              last INTEGER NOT NULL, positions INTEGER NOT NULL,
                              data BLOB NOT NULL, PRIMARY KEY(series, first)) WITHOUT ROWID;
CREATE INDEX ends_of_histogram_chunks ON histogram_chunks(last);
ALTER TABLE blocks ADD COLUMN written INTEGER NOT NULL DEFAULT 0;
)",
                                                                 R"(
ALTER TABLE blocks ADD COLUMN thinned INTEGER NOT NULL DEFAULT 0;
)"};

// Says "this file is ours" to file(1) and to who opens another program's database by mistake.
constexpr std::int64_t kApplicationId = 0x4f724578;  // "OrEx"

bool isOurs(Database& database) {
  return database.integer("PRAGMA application_id") == kApplicationId;
}

DatabaseError notOurs() { return {SQLITE_NOTADB, "it is the database of another program"}; }

// Throws DatabaseError for that of a newer version.
std::int64_t versionOf(Database& database) {
  const std::int64_t version = database.integer("PRAGMA user_version");
  if (version <= kSchemaVersion) return version;
  throw DatabaseError(SQLITE_NOTADB, "its schema has version " + std::to_string(version) +
                                         ", and this program knows versions up to " +
                                         std::to_string(kSchemaVersion));
}

}  // namespace

void checkSchema(Database& database) {
  if (!isOurs(database)) throw notOurs();
  const std::int64_t version = versionOf(database);
  if (version == kSchemaVersion) return;
  throw DatabaseError(SQLITE_NOTADB, "its schema has version " + std::to_string(version) +
                                         ", which is brought up to date when the exporter starts");
}

void prepareSchema(Database& database) {
  // Both count for a new file alone.
  database.execute("PRAGMA page_size=16384; PRAGMA auto_vacuum=INCREMENTAL");
  const bool isNew = database.integer("SELECT count(*) FROM sqlite_schema") == 0;
  if (!isNew && !isOurs(database)) throw notOurs();
  const std::int64_t version = versionOf(database);
  database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL");
  if (version == kSchemaVersion) return;
  Transaction transaction(database, Transaction::Kind::kWrite);
  for (auto next = static_cast<std::size_t>(version); next < kMigrations.size(); ++next) {
    database.execute(kMigrations[next]);
  }
  database.execute("PRAGMA user_version=" + std::to_string(kSchemaVersion) +
                   "; PRAGMA application_id=" + std::to_string(kApplicationId));
  transaction.commit();
}

}  // namespace orchestrator_exporter::history
