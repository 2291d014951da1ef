#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/profiling/code/elf_file.h"

namespace orchestrator_exporter::profiling {

// A line of a source file.
struct SourceLine {
  std::string file;
  std::uint32_t line = 0;
};

// Which line of the source an address comes from: .debug_line of versions 2 to 5 (DWARF 5, section
// 6.2). Folders that only .debug_info tells are left out of the names.
class LineTable {
 public:
  explicit LineTable(const ElfFile& file);

  // nullopt if there is no line.
  std::optional<SourceLine> find(std::uint64_t address) const;
  bool empty() const { return rows_.empty(); }

 private:
  class Unit;

  struct Row {
    std::uint64_t address = 0;
    std::uint32_t file = 0;  // in files_
    std::uint32_t line = 0;  // 0 where a sequence ends
  };

  std::vector<std::string> files_;
  std::vector<Row> rows_;  // by address
};

}  // namespace orchestrator_exporter::profiling
