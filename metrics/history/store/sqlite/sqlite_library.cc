#include "metrics/history/store/sqlite/sqlite_library.h"

#include <dlfcn.h>

#include <string>

#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::history {

namespace {

std::string lastError() {
  const char* const error = dlerror();
  return error != nullptr ? error : "cannot be loaded";
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  if (function == nullptr) throw DatabaseError(SQLITE_ERROR, "libsqlite3: " + lastError());
}

SqliteLibrary load() {
  void* const library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw DatabaseError(SQLITE_ERROR, "libsqlite3: " + lastError());
  SqliteLibrary functions{};
  find(library, "sqlite3_backup_finish", functions.backup_finish);
  find(library, "sqlite3_backup_init", functions.backup_init);
  find(library, "sqlite3_backup_step", functions.backup_step);
  find(library, "sqlite3_bind_blob64", functions.bind_blob64);
  find(library, "sqlite3_bind_int64", functions.bind_int64);
  find(library, "sqlite3_bind_null", functions.bind_null);
  find(library, "sqlite3_bind_text64", functions.bind_text64);
  find(library, "sqlite3_busy_timeout", functions.busy_timeout);
  find(library, "sqlite3_close_v2", functions.close_v2);
  find(library, "sqlite3_column_blob", functions.column_blob);
  find(library, "sqlite3_column_bytes", functions.column_bytes);
  find(library, "sqlite3_column_int64", functions.column_int64);
  find(library, "sqlite3_column_text", functions.column_text);
  find(library, "sqlite3_column_type", functions.column_type);
  find(library, "sqlite3_errmsg", functions.errmsg);
  find(library, "sqlite3_errstr", functions.errstr);
  find(library, "sqlite3_exec", functions.exec);
  find(library, "sqlite3_extended_errcode", functions.extended_errcode);
  find(library, "sqlite3_finalize", functions.finalize);
  find(library, "sqlite3_get_autocommit", functions.get_autocommit);
  find(library, "sqlite3_open_v2", functions.open_v2);
  find(library, "sqlite3_prepare_v2", functions.prepare_v2);
  find(library, "sqlite3_reset", functions.reset);
  find(library, "sqlite3_step", functions.step);
  return functions;
}

}  // namespace

const SqliteLibrary& sqlite() {
  static const SqliteLibrary library = load();
  return library;
}

}  // namespace orchestrator_exporter::history
