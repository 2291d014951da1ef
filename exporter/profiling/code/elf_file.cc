#include "exporter/profiling/code/elf_file.h"

#include <elf.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <utility>

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::uint64_t kLargestPart = 1U << 30;

template <typename Record>
std::optional<Record> recordAt(std::string_view bytes, std::size_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(Record)) return std::nullopt;
  Record record;
  std::memcpy(&record, bytes.data() + offset, sizeof record);
  return record;
}

// A section that was packed with zlib, by its header; empty if it is broken.
std::string unpacked(std::string_view packed) {
  const auto header = recordAt<Elf64_Chdr>(packed, 0);
  if (!header || header->ch_type != ELFCOMPRESS_ZLIB || header->ch_size > kLargestPart) return {};
  packed.remove_prefix(sizeof(Elf64_Chdr));
  std::string text(header->ch_size, '\0');
  const auto state = std::make_unique<inflate_state>();
  isal_inflate_init(state.get());
  state->crc_flag = IGZIP_ZLIB;
  // The library does not write to its input.
  state->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(packed.data()));
  state->avail_in = static_cast<std::uint32_t>(packed.size());
  state->next_out = reinterpret_cast<std::uint8_t*>(text.data());
  state->avail_out = static_cast<std::uint32_t>(text.size());
  if (isal_inflate(state.get()) != ISAL_DECOMP_OK || state->avail_out != 0) return {};
  return text;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace

std::optional<ElfFile> ElfFile::read(Descriptor file) {
  ElfFile elf(std::move(file));
  if (!elf.file_.isOpen() || !elf.readHeaders()) return std::nullopt;
  return elf;
}

bool ElfFile::readHeaders() {
  const auto header = recordAt<Elf64_Ehdr>(part(0, sizeof(Elf64_Ehdr)), 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
    return false;
  }
  machine_ = header->e_machine;
  const std::string programs =
      part(header->e_phoff, std::uint64_t{header->e_phnum} * sizeof(Elf64_Phdr));
  for (std::size_t i = 0; i < header->e_phnum; ++i) {
    const auto one = recordAt<Elf64_Phdr>(programs, i * sizeof(Elf64_Phdr));
    if (one && one->p_type == PT_LOAD) {
      segments_.push_back({one->p_offset, one->p_vaddr, one->p_filesz});
    }
  }
  if (header->e_shoff == 0) return true;
  const std::string table =
      part(header->e_shoff, std::uint64_t{header->e_shnum} * sizeof(Elf64_Shdr));
  std::vector<std::uint32_t> names;
  for (std::size_t i = 0; i < header->e_shnum; ++i) {
    const auto one = recordAt<Elf64_Shdr>(table, i * sizeof(Elf64_Shdr));
    if (!one) break;
    names.push_back(one->sh_name);
    sections_.push_back({{},
                         one->sh_type,
                         one->sh_flags,
                         one->sh_addr,
                         one->sh_offset,
                         one->sh_size,
                         one->sh_link});
  }
  const Section* texts = section(header->e_shstrndx);
  const std::string all = texts == nullptr ? "" : bytes(*texts);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] < all.size()) sections_[i].name = all.c_str() + names[i];
  }
  return true;
}

std::string ElfFile::part(std::uint64_t offset, std::uint64_t size) const {
  if (size == 0 || size > kLargestPart) return {};
  const off_t length = lseek(file_.get(), 0, SEEK_END);
  if (length < 0 || offset > static_cast<std::uint64_t>(length) ||
      size > static_cast<std::uint64_t>(length) - offset) {
    return {};
  }
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t more =
        pread(file_.get(), bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (more <= 0) return {};
    got += static_cast<std::size_t>(more);
  }
  return bytes;
}

const ElfFile::Section* ElfFile::section(std::string_view name) const {
  for (const Section& one : sections_) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

const ElfFile::Section* ElfFile::section(std::uint32_t index) const {
  return index < sections_.size() ? &sections_[index] : nullptr;
}

std::string ElfFile::bytes(const Section& section) const {
  if (section.type == SHT_NOBITS) return {};
  std::string text = part(section.offset, section.size);
  return (section.flags & SHF_COMPRESSED) != 0 ? unpacked(text) : text;
}

std::string ElfFile::bytes(std::string_view name) const {
  const Section* found = section(name);
  return found == nullptr ? "" : bytes(*found);
}

std::optional<std::uint64_t> ElfFile::addressOf(std::uint64_t offset) const {
  for (const Segment& segment : segments_) {
    if (offset >= segment.offset && offset - segment.offset < segment.size) {
      return segment.address + (offset - segment.offset);
    }
  }
  return std::nullopt;
}

std::string ElfFile::buildId() const {
  const std::string note = bytes(".note.gnu.build-id");
  const auto header = recordAt<Elf64_Nhdr>(note, 0);
  constexpr std::size_t kName = 4;  // GNU and a zero
  if (!header || header->n_namesz != kName || header->n_type != NT_GNU_BUILD_ID) return {};
  const std::size_t begin = sizeof(Elf64_Nhdr) + kName;
  if (note.size() < begin || note.size() - begin < header->n_descsz) return {};
  return hexadecimal(std::string_view(note).substr(begin, header->n_descsz));
}

std::string ElfFile::debugLink() const {
  const std::string link = bytes(".gnu_debuglink");
  return link.substr(0, link.find('\0'));
}

}  // namespace orchestrator_exporter::profiling
