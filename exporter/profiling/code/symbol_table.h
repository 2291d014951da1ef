#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exporter/profiling/code/elf_file.h"

namespace orchestrator_exporter::profiling {

// Which function is at an address: the symbols of ELF files, of the kernel (proc/kallsyms) or of
// code that a runtime generated (perf-PID.map). Filled first, then asked.
class SymbolTable {
 public:
  // A size of 0 is unknown: then it goes to the next symbol.
  void add(std::uint64_t address, std::uint64_t size, std::string_view name);
  // The functions of .symtab and .dynsym.
  void add(const ElfFile& file);
  // The functions of proc/kallsyms; where the kernel hides addresses, none.
  void addKernel(std::string_view text);
  // Lines of `START SIZE NAME` in hexadecimal digits (tools/perf/Documentation/jit-interface.txt of
  // Linux); others are skipped. What comes later stands for what lay there before.
  void addGenerated(std::string_view text);

  // The name as it is in the table; nullopt if there is no function.
  std::optional<std::string> find(std::uint64_t address);
  bool empty() const { return symbols_.empty(); }

 private:
  struct Symbol {
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    std::uint32_t name = 0;  // where it begins in names_
    std::uint32_t length = 0;
    std::uint32_t order = 0;  // the later of two that are equal stands behind
    std::uint8_t rank = 0;    // the larger of two at one address is told
  };

  void add(const Symbol& symbol, std::string_view name);
  void addTable(const ElfFile& file, std::string_view table);
  void sort();

  std::string names_;
  std::vector<Symbol> symbols_;
  bool sorted_ = false;
};

}  // namespace orchestrator_exporter::profiling
