#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "metrics/analysis/baselines.h"
#include "metrics/history/store/sqlite/database.h"

namespace orchestrator_exporter::analysis {

// What a baseline is of, and since when it is kept.
struct StoredName {
  std::string name;  // empty for the one that is renewed by itself
  std::string signal;
  std::int64_t saved = 0;  // ms

  friend bool operator==(const StoredName&, const StoredName&) = default;
};

// Baselines in state.db of a directory of state, where they outlast the process. For one thread at
// a time; other processes may use the file meanwhile. Every call throws history::DatabaseError with
// SQLite's reason.
class BaselineStore {
 public:
  // Makes the directory and the file if they are missing.
  explicit BaselineStore(const std::filesystem::path& directory);

  // Replaces the one of this name and signal. `values` are those that it is of, if a later
  // comparison needs them.
  void save(const StoredName& what, const Baseline& baseline, std::span<const double> values = {});

  struct Stored {
    Baseline baseline;
    std::vector<double> values;
  };
  std::optional<Stored> load(const std::string& name, const std::string& signal, const Zone& zone);
  // By name and signal; without those that are renewed by themselves.
  std::vector<StoredName> list();
  // How many signals had one of this name.
  std::size_t remove(const std::string& name);

 private:
  history::Database database_;
};

}  // namespace orchestrator_exporter::analysis
