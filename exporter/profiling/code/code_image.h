#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/profiling/code/call_frames.h"
#include "exporter/profiling/code/elf_file.h"
#include "exporter/profiling/code/line_table.h"
#include "exporter/profiling/code/process_maps.h"
#include "exporter/profiling/code/symbol_table.h"

namespace orchestrator_exporter::profiling {

// A binary whose code ran, with what is known of its functions. What is asked for is read at the
// first question: symbols from the binary and its debug file, lines and rules likewise.
class CodeImage {
 public:
  // `folders` are the roots in which its debug file may lie: that of the process and our own.
  CodeImage(std::string path, std::optional<ElfFile> file, std::vector<std::string> folders);

  const std::string& path() const { return path_; }
  std::string buildId() const { return file_ ? file_->buildId() : ""; }
  // In the binary's own numbers; the offset itself if the file cannot be read.
  std::uint64_t addressOf(std::uint64_t fileOffset) const;

  // As it is in the symbol table; nullopt if there is none.
  std::optional<std::string> symbol(std::uint64_t address);
  std::optional<SourceLine> line(std::uint64_t address);
  std::optional<FrameRules> rules(std::uint64_t address);
  // Where the function of the address begins, also if it has no name; the address itself if that is
  // not known.
  std::uint64_t beginOfFunction(std::uint64_t address);

 private:
  const ElfFile* debugFile();
  void readFrames();

  std::string path_;
  std::optional<ElfFile> file_;
  std::vector<std::string> folders_;
  bool lookedForDebugFile_ = false;
  std::optional<ElfFile> debugFile_;
  std::optional<SymbolTable> symbols_;
  std::optional<LineTable> lines_;
  std::unique_ptr<CallFrames> frames_;
  std::unique_ptr<CallFrames> debugFrames_;
};

// All binaries whose code ran, each once.
class CodeImages {
 public:
  // The place of the binary behind a mapping of a process, opened by way of the process, so that
  // files of containers and files that were replaced are found. Never opens a file that is not the
  // mapped one.
  std::uint32_t placeOf(int process, const CodeMapping& mapping);
  CodeImage& operator[](std::uint32_t place) { return *images_[place]; }
  std::size_t size() const { return images_.size(); }

 private:
  using Identity = std::pair<std::pair<std::uint64_t, std::uint64_t>, std::string>;

  std::map<Identity, std::uint32_t> places_;
  std::vector<std::unique_ptr<CodeImage>> images_;
};

}  // namespace orchestrator_exporter::profiling
