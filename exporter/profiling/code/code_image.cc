#include "exporter/profiling/code/code_image.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cstdio>

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::string_view kDeleted = " (deleted)";

// Never waits for a pipe, and never follows what a process put in the place of a file to a device.
Descriptor openBinary(const std::string& path) {
  return Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

// Whether a file may be the one that is mapped. Overlays and btrfs tell other devices of a file
// than of its mapping, and overlays other inodes too.
enum class Proof : std::uint8_t { kItself, kNotAnother, kSameInode };
bool isMapped(const Descriptor& file, const CodeMapping& mapping, Proof proof) {
  struct stat status {};
  if (!file.isOpen() || fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  if (proof == Proof::kItself || mapping.inode == 0 || status.st_ino == mapping.inode) return true;
  const std::uint64_t device =
      std::uint64_t{major(status.st_dev)} << 32U | std::uint64_t{minor(status.st_dev)};
  return proof == Proof::kNotAnother && device != mapping.device;
}

std::string hexadecimalRange(const CodeMapping& mapping) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%llx-%llx",
                static_cast<unsigned long long>(mapping.begin),
                static_cast<unsigned long long>(mapping.end));
  return text.data();
}

std::string visiblePath(const CodeMapping& mapping) {
  std::string path = mapping.path;
  if (path.ends_with(kDeleted)) path.resize(path.size() - kDeleted.size());
  return path;
}

std::optional<ElfFile> openMapped(int process, const CodeMapping& mapping) {
  if (!mapping.path.starts_with('/')) return std::nullopt;
  const std::string folder = "/proc/" + std::to_string(process);
  const std::string path = visiblePath(mapping);
  const std::array<std::pair<std::string, Proof>, 3> ways = {{
      // Finds replaced files too, and needs privileges.
      {folder + "/map_files/" + hexadecimalRange(mapping), Proof::kItself},
      {folder + "/root" + path, Proof::kNotAnother},
      // Of a process that has ended, which may have been in a container.
      {path, Proof::kSameInode},
  }};
  for (const auto& [name, proof] : ways) {
    Descriptor file = openBinary(name);
    if (isMapped(file, mapping, proof)) return ElfFile::read(std::move(file));
  }
  return std::nullopt;
}

// Where Debian and its kin put the symbols that were taken out of a binary (GDB's manual, "Separate
// Debug Files").
std::vector<std::string> debugPaths(const ElfFile& file, const std::string& path) {
  std::vector<std::string> paths;
  const std::string id = file.buildId();
  if (id.size() > 2) {
    paths.push_back("/usr/lib/debug/.build-id/" + id.substr(0, 2) + "/" + id.substr(2) + ".debug");
  }
  const std::string link = file.debugLink();
  if (!link.empty() && link.find('/') == std::string::npos) {
    const std::string folder = path.substr(0, path.rfind('/'));
    paths.push_back(folder + "/" + link);
    paths.push_back(folder + "/.debug/" + link);
    paths.push_back("/usr/lib/debug" + folder + "/" + link);
  }
  return paths;
}

}  // namespace

CodeImage::CodeImage(std::string path, std::optional<ElfFile> file,
                     std::vector<std::string> folders)
    : path_(std::move(path)), file_(std::move(file)), folders_(std::move(folders)) {}

std::uint64_t CodeImage::addressOf(std::uint64_t fileOffset) const {
  if (!file_) return fileOffset;
  return file_->addressOf(fileOffset).value_or(fileOffset);
}

const ElfFile* CodeImage::debugFile() {
  if (!lookedForDebugFile_ && file_) {
    lookedForDebugFile_ = true;
    const std::string id = file_->buildId();
    for (const std::string& folder : folders_) {
      for (const std::string& path : debugPaths(*file_, path_)) {
        if (debugFile_) break;
        debugFile_ = ElfFile::read(openBinary(folder + path));
        // A file of another build would tell lies.
        if (debugFile_ && debugFile_->buildId() != id) debugFile_.reset();
      }
    }
  }
  return debugFile_ ? &*debugFile_ : nullptr;
}

std::optional<std::string> CodeImage::symbol(std::uint64_t address) {
  if (!symbols_) {
    symbols_.emplace();
    if (file_) {
      const bool isStripped = file_->section(".symtab") == nullptr;
      if (const ElfFile* debug = isStripped ? debugFile() : nullptr) symbols_->add(*debug);
      symbols_->add(*file_);
    }
  }
  return symbols_->find(address);
}

std::optional<SourceLine> CodeImage::line(std::uint64_t address) {
  if (!lines_ && file_) {
    const bool hasLines = file_->section(".debug_line") != nullptr;
    const ElfFile* file = hasLines ? &*file_ : debugFile();
    lines_.emplace(file == nullptr ? *file_ : *file);
  }
  return lines_ ? lines_->find(address) : std::nullopt;
}

void CodeImage::readFrames() {
  if (frames_ != nullptr) return;
  frames_ = std::make_unique<CallFrames>(*file_, CallFrames::Table::kEhFrame);
  const ElfFile* debug = file_->section(".debug_frame") != nullptr ? &*file_ : debugFile();
  if (debug != nullptr) {
    debugFrames_ = std::make_unique<CallFrames>(*debug, CallFrames::Table::kDebugFrame);
  }
}

std::optional<FrameRules> CodeImage::rules(std::uint64_t address) {
  if (!file_) return std::nullopt;
  readFrames();
  auto rules = frames_->at(address);
  if (!rules && debugFrames_ != nullptr) rules = debugFrames_->at(address);
  return rules;
}

std::uint64_t CodeImage::beginOfFunction(std::uint64_t address) {
  if (!file_) return address;
  readFrames();
  return frames_->beginOf(address).value_or(address);
}

std::uint32_t CodeImages::placeOf(int process, const CodeMapping& mapping) {
  const Identity identity{{mapping.device, mapping.inode}, mapping.path};
  const auto [known, isNew] =
      places_.try_emplace(identity, static_cast<std::uint32_t>(images_.size()));
  if (isNew) {
    images_.push_back(std::make_unique<CodeImage>(
        visiblePath(mapping), openMapped(process, mapping),
        std::vector<std::string>{"/proc/" + std::to_string(process) + "/root", ""}));
  }
  return known->second;
}

}  // namespace orchestrator_exporter::profiling
