#include "metrics/analysis/findings/baseline_store.h"

#include <cstring>
#include <span>
#include <type_traits>

namespace orchestrator_exporter::analysis {

namespace {

using history::Database;
using history::Statement;

std::filesystem::path fileIn(const std::filesystem::path& directory) {
  std::filesystem::create_directories(directory);
  return directory / "state.db";
}

// Cells and values are kept as this machine has them in memory: the file stays on it.
template <typename Element>
std::span<const std::uint8_t> bytesOf(std::span<const Element> elements) {
  static_assert(std::is_trivially_copyable_v<Element>);
  return {reinterpret_cast<const std::uint8_t*>(elements.data()), elements.size_bytes()};
}

template <typename Element>
std::vector<Element> elementsOf(std::span<const std::uint8_t> bytes) {
  std::vector<Element> elements(bytes.size() / sizeof(Element));
  if (!elements.empty())
    std::memcpy(elements.data(), bytes.data(), elements.size() * sizeof(Element));
  return elements;
}

}  // namespace

BaselineStore::BaselineStore(const std::filesystem::path& directory)
    : database_(fileIn(directory), Database::Mode::kCreate) {
  database_.execute("PRAGMA synchronous = FULL");
  database_.execute(
      "CREATE TABLE IF NOT EXISTS analysis_baselines (name TEXT NOT NULL, signal TEXT NOT NULL, "
      "saved INTEGER NOT NULL, cells BLOB NOT NULL, observed BLOB NOT NULL, "
      "PRIMARY KEY (name, signal)) WITHOUT ROWID");
}

void BaselineStore::save(const StoredName& what, const Baseline& baseline,
                         std::span<const double> values) {
  Statement(database_, "INSERT OR REPLACE INTO analysis_baselines VALUES (?, ?, ?, ?, ?)")
      .with(std::string_view(what.name), std::string_view(what.signal), what.saved,
            bytesOf(std::span(baseline.cells())), bytesOf(values))
      .run();
}

std::optional<BaselineStore::Stored> BaselineStore::load(const std::string& name,
                                                         const std::string& signal,
                                                         const Zone& zone) {
  Statement statement(
      database_, "SELECT cells, observed FROM analysis_baselines WHERE name = ? AND signal = ?");
  statement.with(std::string_view(name), std::string_view(signal));
  if (!statement.next()) return std::nullopt;
  Baseline baseline(elementsOf<Cell>(statement.blob(0)), zone);
  return Stored{std::move(baseline), elementsOf<double>(statement.blob(1))};
}

std::vector<StoredName> BaselineStore::list() {
  std::vector<StoredName> names;
  Statement statement(database_,
                      "SELECT name, signal, saved FROM analysis_baselines WHERE name != '' "
                      "ORDER BY name, signal");
  while (statement.next()) {
    names.push_back(
        {std::string(statement.text(0)), std::string(statement.text(1)), statement.integer(2)});
  }
  return names;
}

std::size_t BaselineStore::remove(const std::string& name) {
  Statement statement(database_, "DELETE FROM analysis_baselines WHERE name = ?");
  statement.with(std::string_view(name)).run();
  return static_cast<std::size_t>(database_.integer("SELECT changes()"));
}

}  // namespace orchestrator_exporter::analysis
