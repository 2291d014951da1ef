#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/kernel/descriptor.h"

namespace orchestrator_exporter::profiling {

// The parts of a 64-bit ELF file (System V ABI, elf(5)) that tell of its functions. Files of other
// users are read, so that nothing in them is believed: what points outside the file is not there.
// They are read and not mapped, since a file may be cut short meanwhile.
class ElfFile {
 public:
  struct Section {
    std::string name;
    std::uint32_t type = 0;
    std::uint64_t flags = 0;
    std::uint64_t address = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint32_t link = 0;
  };

  // nullopt if it is no ELF file of this machine's byte order and of 64 bits.
  static std::optional<ElfFile> read(Descriptor file);

  // The first of this name; null if there is none.
  const Section* section(std::string_view name) const;
  const Section* section(std::uint32_t index) const;
  // Its bytes, unpacked if they were packed with zlib; empty if they cannot be read or are more
  // than a gibibyte.
  std::string bytes(const Section& section) const;
  std::string bytes(std::string_view name) const;

  // The address that a byte of the file is loaded to, in the file's own numbers; nullopt if it is
  // not loaded.
  std::optional<std::uint64_t> addressOf(std::uint64_t offset) const;
  // Of the linker's note, in hexadecimal digits; empty if there is none.
  std::string buildId() const;
  // The file's name in .gnu_debuglink; empty if there is none.
  std::string debugLink() const;
  std::uint16_t machine() const { return machine_; }

 private:
  struct Segment {
    std::uint64_t offset = 0;
    std::uint64_t address = 0;
    std::uint64_t size = 0;
  };

  explicit ElfFile(Descriptor file) : file_(std::move(file)) {}
  bool readHeaders();
  std::string part(std::uint64_t offset, std::uint64_t size) const;

  Descriptor file_;
  std::uint16_t machine_ = 0;
  std::vector<Segment> segments_;
  std::vector<Section> sections_;
};

}  // namespace orchestrator_exporter::profiling
