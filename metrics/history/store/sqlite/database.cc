#include "metrics/history/store/sqlite/database.h"

#include "metrics/history/store/sqlite/sqlite_library.h"

namespace orchestrator_exporter::history {

namespace {

// How long a connection waits for another one's lock.
constexpr int kPatience = 2000;  // ms

constexpr int kPrimaryCode = 0xff;

[[noreturn]] void fail(sqlite3* handle) {
  throw DatabaseError(sqlite().extended_errcode(handle), sqlite().errmsg(handle));
}

}  // namespace

bool DatabaseError::needsOtherFile() const {
  const int primary = code_ & kPrimaryCode;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

void Database::Close::operator()(sqlite3* handle) const { sqlite().close_v2(handle); }

void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite().finalize(statement); }

Database::Database(const std::filesystem::path& file, Mode mode)
    : keepsStatements_(mode == Mode::kReadOnly) {
  int flags = SQLITE_OPEN_NOMUTEX;
  flags |= mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::kCreate) flags |= SQLITE_OPEN_CREATE;
  sqlite3* opened = nullptr;
  const int code = sqlite().open_v2(file.c_str(), &opened, flags, nullptr);
  handle_.reset(opened);
  if (opened == nullptr) throw DatabaseError(code, sqlite().errstr(code));
  if (code != SQLITE_OK) fail(opened);
  sqlite().busy_timeout(opened, kPatience);
}

void Database::execute(const std::string& sql) {
  if (sqlite().exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(handle());
}

std::int64_t Database::integer(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.next() ? statement.integer(0) : 0;
}

void Database::copyTo(const std::filesystem::path& to) {
  const Database target(to, Mode::kCreate);
  sqlite3_backup* const backup = sqlite().backup_init(target.handle(), "main", handle(), "main");
  if (backup == nullptr) fail(target.handle());
  constexpr int kAllPages = -1;
  sqlite().backup_step(backup, kAllPages);
  if (sqlite().backup_finish(backup) != SQLITE_OK) fail(target.handle());
}

Database::Prepared Database::take(const std::string& sql) {
  if (keepsStatements_) {
    if (Prepared& kept = statements_[sql]) return std::move(kept);
  }
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite().prepare_v2(handle(), sql.data(), static_cast<int>(sql.size()), &prepared, nullptr);
  if (code != SQLITE_OK) fail(handle());
  return Prepared(prepared);
}

// Without one of its own place, as of two of one text that were in use at once, it ends.
void Database::giveBack(const std::string& sql, Prepared statement) {
  const auto place = statements_.find(sql);
  if (place == statements_.end() || place->second != nullptr) return;
  sqlite().reset(statement.get());
  place->second = std::move(statement);
}

Statement::~Statement() {
  if (statement_ != nullptr) database_->giveBack(sql_, std::move(statement_));
}

sqlite3_stmt* Statement::prepared() {
  if (statement_ == nullptr) statement_ = database_->take(sql_);
  return statement_.get();
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) fail(database_->handle());
}

bool Statement::next() {
  const int code = sqlite().step(prepared());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  const DatabaseError error(sqlite().extended_errcode(database_->handle()),
                            sqlite().errmsg(database_->handle()));
  reset();
  throw error;
}

// Its result is that of the step before, which was told.
void Statement::reset() {
  if (statement_ != nullptr) sqlite().reset(statement_.get());
}

void Statement::bind(int place, std::int64_t value) {
  check(sqlite().bind_int64(prepared(), place, value));
}
void Statement::bind(int place, std::nullptr_t) { check(sqlite().bind_null(prepared(), place)); }
void Statement::bind(int place, std::string_view text) {
  check(sqlite().bind_text64(prepared(), place, text.data(), text.size(), SQLITE_STATIC,
                             SQLITE_UTF8));
}
void Statement::bind(int place, std::span<const std::uint8_t> blob) {
  // A null pointer would be NULL and no empty blob.
  const void* const data = blob.empty() ? static_cast<const void*>("") : blob.data();
  check(sqlite().bind_blob64(prepared(), place, data, blob.size(), SQLITE_STATIC));
}
void Statement::bind(int place, const std::optional<std::span<const std::uint8_t>>& blob) {
  if (blob) return bind(place, *blob);
  bind(place, nullptr);
}

std::int64_t Statement::integer(int column) const {
  return sqlite().column_int64(statement_.get(), column);
}
bool Statement::isNull(int column) const {
  return sqlite().column_type(statement_.get(), column) == SQLITE_NULL;
}
std::span<const std::uint8_t> Statement::blob(int column) const {
  const auto* const data =
      static_cast<const std::uint8_t*>(sqlite().column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite().column_bytes(statement_.get(), column))};
}
std::string_view Statement::text(int column) const {
  const auto* const data =
      reinterpret_cast<const char*>(sqlite().column_text(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite().column_bytes(statement_.get(), column))};
}

Transaction::Transaction(Database& database, Kind kind) : database_(database) {
  database_.execute(kind == Kind::kRead ? "BEGIN" : "BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  // After some errors SQLite has undone it already.
  if (!isOpen_ || sqlite().get_autocommit(database_.handle()) != 0) return;
  sqlite().exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.execute("COMMIT");
  isOpen_ = false;
}

}  // namespace orchestrator_exporter::history
