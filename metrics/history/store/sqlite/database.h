#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace orchestrator_exporter::history {

// Told of what SQLite could not do.
class DatabaseError : public std::runtime_error {
 public:
  // `code` is SQLite's extended result code.
  DatabaseError(int code, const std::string& what) : std::runtime_error(what), code_(code) {}

  // Whether the file itself is at fault, and only another file helps.
  bool needsOtherFile() const;

 private:
  int code_;
};

// One connection to an SQLite file, for one thread at a time. Every call throws DatabaseError with
// SQLite's reason. One that only reads keeps its statements, because questions are asked again and
// again, and to prepare what they take may cost more than their answers.
class Database {
 public:
  enum class Mode : std::uint8_t { kReadOnly, kReadWrite, kCreate };

  Database(const std::filesystem::path& file, Mode mode);

  // Statements without results.
  void execute(const std::string& sql);
  // The first column of the first row; 0 if there is no row or no value.
  std::int64_t integer(const std::string& sql);
  // A consistent copy, also while others write. `to` is replaced.
  void copyTo(const std::filesystem::path& to);

  sqlite3* handle() const { return handle_.get(); }

 private:
  friend class Statement;

  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

  Prepared take(const std::string& sql);
  void giveBack(const std::string& sql, Prepared statement);

  std::unique_ptr<sqlite3, Close> handle_;
  bool keepsStatements_;
  std::map<std::string, Prepared> statements_;  // by their texts; null while it is in use
};

// One statement, prepared when it is run first, and run often. The database must outlive it.
class Statement {
 public:
  Statement(Database& database, std::string sql) : database_(&database), sql_(std::move(sql)) {}
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Begins a run; what was bound before is bound again below. Parameters in their order; texts and
  // blobs must outlive the run.
  template <typename... Values>
  Statement& with(const Values&... values) {
    reset();
    int place = 0;
    (bind(++place, values), ...);
    return *this;
  }
  // Steps to the next row; false behind the last. Columns are valid until then.
  bool next();
  // Runs it to its end.
  void run() {
    while (next()) {
    }
  }
  // Ends a run early, so that it holds no lock.
  void reset();

  std::int64_t integer(int column) const;
  bool isNull(int column) const;
  std::span<const std::uint8_t> blob(int column) const;
  std::string_view text(int column) const;

 private:
  void bind(int place, std::int64_t value);
  void bind(int place, std::nullptr_t);
  void bind(int place, std::string_view text);
  void bind(int place, std::span<const std::uint8_t> blob);
  // NULL if there is none.
  void bind(int place, const std::optional<std::span<const std::uint8_t>>& blob);
  void check(int code) const;
  sqlite3_stmt* prepared();

  Database* const database_;
  const std::string sql_;
  Database::Prepared statement_;
};

// A transaction that is undone unless it is committed.
class Transaction {
 public:
  enum class Kind : std::uint8_t { kRead, kWrite };

  Transaction(Database& database, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  bool isOpen_ = true;
};

}  // namespace orchestrator_exporter::history
