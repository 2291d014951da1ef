#include "metrics/history/offline/open.h"

#include <stdexcept>

#include "metrics/history/store/schema.h"

namespace orchestrator_exporter::history {

namespace {

Database openFile(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) throw std::runtime_error("there is no such file");
  Database database(file, Database::Mode::kReadOnly);
  checkSchema(database);
  return database;
}

}  // namespace

Database openToRead(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "history.db";
  try {
    return openFile(file);
  } catch (const std::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

}  // namespace orchestrator_exporter::history
