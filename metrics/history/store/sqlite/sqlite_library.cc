#include "metrics/history/store/sqlite/sqlite_library.h"

#include <stdexcept>

#include "metrics/base/process/shared_library.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

namespace {

SqliteLibrary load() try {
  const SharedLibrary library("libsqlite3", "libsqlite3.so.0");
  SqliteLibrary functions{};
  library.find("sqlite3_backup_finish", functions.backup_finish);
  library.find("sqlite3_backup_init", functions.backup_init);
  library.find("sqlite3_backup_step", functions.backup_step);
  library.find("sqlite3_bind_blob64", functions.bind_blob64);
  library.find("sqlite3_bind_int64", functions.bind_int64);
  library.find("sqlite3_bind_null", functions.bind_null);
  library.find("sqlite3_bind_text64", functions.bind_text64);
  library.find("sqlite3_busy_timeout", functions.busy_timeout);
  library.find("sqlite3_close_v2", functions.close_v2);
  library.find("sqlite3_column_blob", functions.column_blob);
  library.find("sqlite3_column_bytes", functions.column_bytes);
  library.find("sqlite3_column_int64", functions.column_int64);
  library.find("sqlite3_column_text", functions.column_text);
  library.find("sqlite3_column_type", functions.column_type);
  library.find("sqlite3_errmsg", functions.errmsg);
  library.find("sqlite3_errstr", functions.errstr);
  library.find("sqlite3_exec", functions.exec);
  library.find("sqlite3_extended_errcode", functions.extended_errcode);
  library.find("sqlite3_finalize", functions.finalize);
  library.find("sqlite3_get_autocommit", functions.get_autocommit);
  library.find("sqlite3_open_v2", functions.open_v2);
  library.find("sqlite3_prepare_v2", functions.prepare_v2);
  library.find("sqlite3_reset", functions.reset);
  library.find("sqlite3_step", functions.step);
  return functions;
} catch (const std::runtime_error& error) {
  throw DatabaseError(SQLITE_ERROR, error.what());
}

}  // namespace

const SqliteLibrary& sqlite() {
  static const SqliteLibrary library = load();
  return library;
}

}  // namespace orchestrator_exporter::history
