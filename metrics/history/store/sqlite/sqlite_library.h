#pragma once

#include <sqlite3.h>

namespace orchestrator_exporter::history {

// What is called of SQLite (https://www.sqlite.org/c3ref/funclist.html), by the names there without
// sqlite3_.
struct SqliteLibrary {
  decltype(&sqlite3_backup_finish) backup_finish;
  decltype(&sqlite3_backup_init) backup_init;
  decltype(&sqlite3_backup_step) backup_step;
  decltype(&sqlite3_bind_blob64) bind_blob64;
  decltype(&sqlite3_bind_int64) bind_int64;
  decltype(&sqlite3_bind_null) bind_null;
  decltype(&sqlite3_bind_text64) bind_text64;
  decltype(&sqlite3_busy_timeout) busy_timeout;
  decltype(&sqlite3_close_v2) close_v2;
  decltype(&sqlite3_column_blob) column_blob;
  decltype(&sqlite3_column_bytes) column_bytes;
  decltype(&sqlite3_column_int64) column_int64;
  decltype(&sqlite3_column_text) column_text;
  decltype(&sqlite3_column_type) column_type;
  decltype(&sqlite3_errmsg) errmsg;
  decltype(&sqlite3_errstr) errstr;
  decltype(&sqlite3_exec) exec;
  decltype(&sqlite3_extended_errcode) extended_errcode;
  decltype(&sqlite3_finalize) finalize;
  decltype(&sqlite3_get_autocommit) get_autocommit;
  decltype(&sqlite3_open_v2) open_v2;
  decltype(&sqlite3_prepare_v2) prepare_v2;
  decltype(&sqlite3_reset) reset;
  decltype(&sqlite3_step) step;
};

// Loads the library with the first call, because it takes more memory than the history without a
// disk. Throws DatabaseError if there is none; the next call looks for it again. Thread-safe.
const SqliteLibrary& sqlite();

}  // namespace orchestrator_exporter::history
