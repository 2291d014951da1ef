#include "exporter/profiling/code/symbol_table.h"

#include <elf.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <tuple>

namespace orchestrator_exporter::profiling {

namespace {

// The next word of a line, which is taken off.
std::string_view nextWord(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  line.remove_prefix(word.size());
  return word;
}

std::optional<std::uint64_t> hexadecimalNumber(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <typename Take>
void forEachLine(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

void SymbolTable::add(const Symbol& symbol, std::string_view name) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
  if (name.empty() || names_.size() + name.size() > kMost) return;
  symbols_.push_back(symbol);
  symbols_.back().name = static_cast<std::uint32_t>(names_.size());
  symbols_.back().length = static_cast<std::uint32_t>(name.size());
  symbols_.back().order = static_cast<std::uint32_t>(symbols_.size());
  names_ += name;
  sorted_ = false;
}

void SymbolTable::add(std::uint64_t address, std::uint64_t size, std::string_view name) {
  add({.address = address, .size = size}, name);
}

void SymbolTable::add(const ElfFile& file) {
  addTable(file, ".symtab");
  addTable(file, ".dynsym");
}

void SymbolTable::addTable(const ElfFile& file, std::string_view table) {
  const ElfFile::Section* section = file.section(table);
  if (section == nullptr) return;
  const ElfFile::Section* texts = file.section(section->link);
  const std::string bytes = file.bytes(*section);
  const std::string names = texts == nullptr ? "" : file.bytes(*texts);
  for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= bytes.size(); at += sizeof(Elf64_Sym)) {
    Elf64_Sym symbol;
    std::memcpy(&symbol, bytes.data() + at, sizeof symbol);
    const unsigned type = ELF64_ST_TYPE(symbol.st_info);
    const bool isCode =
        type == STT_FUNC || type == STT_GNU_IFUNC || (type == STT_NOTYPE && symbol.st_size > 0);
    if (!isCode || symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names.size()) continue;
    const std::string_view name = names.c_str() + symbol.st_name;
    const unsigned binding = ELF64_ST_BIND(symbol.st_info);
    // Of aliases the one that others may call, and that was not meant to be hidden.
    const unsigned rank = (symbol.st_size > 0 ? 4U : 0U) + (binding == STB_GLOBAL ? 2U : 0U) +
                          (name.starts_with("__") ? 0U : 1U);
    add({.address = symbol.st_value,
         .size = symbol.st_size,
         .rank = static_cast<std::uint8_t>(rank)},
        name);
  }
}

void SymbolTable::addKernel(std::string_view text) {
  forEachLine(text, [this](std::string_view line) {
    const auto address = hexadecimalNumber(nextWord(line));
    const std::string_view type = nextWord(line);
    if (!address || *address == 0 || (type != "t" && type != "T" && type != "w" && type != "W")) {
      return;
    }
    add(*address, 0, nextWord(line));
  });
}

void SymbolTable::addGenerated(std::string_view text) {
  forEachLine(text, [this](std::string_view line) {
    const auto address = hexadecimalNumber(nextWord(line));
    const auto size = hexadecimalNumber(nextWord(line));
    if (!address || !size || *size == 0 || line.size() < 2) return;
    add(*address, *size, line.substr(1));
  });
}

void SymbolTable::sort() {
  std::sort(symbols_.begin(), symbols_.end(), [](const Symbol& one, const Symbol& other) {
    return std::tie(one.address, one.rank, one.order) <
           std::tie(other.address, other.rank, other.order);
  });
  sorted_ = true;
}

std::optional<std::string> SymbolTable::find(std::uint64_t address) {
  if (!sorted_) sort();
  auto after = std::upper_bound(
      symbols_.begin(), symbols_.end(), address,
      [](std::uint64_t wanted, const Symbol& symbol) { return wanted < symbol.address; });
  // What begins last before the address and reaches it; a few are looked at, because small symbols
  // lie within large ones.
  constexpr int kLookedAt = 8;
  for (int i = 0; i < kLookedAt && after != symbols_.begin(); ++i) {
    --after;
    if (after->size == 0 || address - after->address < after->size) {
      return names_.substr(after->name, after->length);
    }
  }
  return std::nullopt;
}

}  // namespace orchestrator_exporter::profiling
