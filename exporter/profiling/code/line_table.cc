#include "exporter/profiling/code/line_table.h"

#include <algorithm>
#include <string_view>

#include "exporter/profiling/code/byte_reader.h"
#include "metrics/base/utf8.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::uint32_t kLongLine = 0xFFFFFFFF;

// DW_LNS_… and DW_LNE_…
enum LineInstruction : std::uint8_t {
  kExtended = 0,
  kCopy = 1,
  kAdvanceAddress = 2,
  kAdvanceLine = 3,
  kSetFile = 4,
  kConstantAdd = 8,
  kFixedAdvance = 9,
};
enum ExtendedLineInstruction : std::uint8_t { kEndSequence = 1, kSetAddress = 2 };

// DW_LNCT_… and the DW_FORM_… that describe files.
constexpr std::uint64_t kContentPath = 1;
constexpr std::uint64_t kContentFolder = 2;

struct FileEntry {
  std::string_view path = {};
  std::uint64_t folder = 0;
};

std::string_view textAt(std::string_view texts, std::uint64_t offset) {
  if (offset >= texts.size()) return {};
  return texts.substr(offset, texts.substr(offset).find('\0'));
}

}  // namespace

// One line number program with its header.
class LineTable::Unit {
 public:
  // `strings` are .debug_str and `lineStrings` .debug_line_str.
  Unit(LineTable& table, std::string_view strings, std::string_view lineStrings,
       std::string_view bytes, bool isLong)
      : table_(table), strings_(strings), lineStrings_(lineStrings), in_(bytes), isLong_(isLong) {}

  void run() {
    version_ = in_.number<std::uint16_t>();
    if (version_ < 2 || version_ > 5) return;
    if (version_ >= 5) in_.skip(2);  // sizes of addresses and segments
    const std::uint64_t length = offset();
    const std::uint64_t begin = in_.at() + length;
    leastInstruction_ = in_.number<std::uint8_t>();
    if (version_ >= 4) in_.skip(1);  // operations of an instruction: of VLIW machines
    in_.skip(1);                     // is_stmt by default
    lineBase_ = in_.number<std::int8_t>();
    lineRange_ = in_.number<std::uint8_t>();
    opcodeBase_ = in_.number<std::uint8_t>();
    if (lineRange_ == 0 || opcodeBase_ == 0) return;
    for (unsigned i = 1; i < opcodeBase_; ++i) lengths_.push_back(in_.number<std::uint8_t>());
    if (version_ >= 5) {
      readFolders(readEntries());
      readFiles(readEntries());
    } else {
      readOldEntries();
    }
    if (!in_.isGood() || begin < in_.at()) return;
    in_.skip(begin - in_.at());
    runProgram();
  }

 private:
  std::uint64_t offset() {
    return isLong_ ? in_.number<std::uint64_t>() : in_.number<std::uint32_t>();
  }

  void readOldEntries() {
    folders_.emplace_back();  // the compiler's own, which is not told here
    while (in_.isGood()) {
      const std::string_view folder = in_.text();
      if (folder.empty()) break;
      folders_.push_back(folder);
    }
    std::vector<FileEntry> files(1);
    while (in_.isGood()) {
      const std::string_view path = in_.text();
      if (path.empty()) break;
      files.push_back({path, in_.unsignedLeb()});
      in_.unsignedLeb();  // time
      in_.unsignedLeb();  // size
    }
    readFiles(files);
  }

  std::vector<FileEntry> readEntries() {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> format;
    for (unsigned count = in_.number<std::uint8_t>(); count > 0; --count) {
      const std::uint64_t content = in_.unsignedLeb();
      format.emplace_back(content, in_.unsignedLeb());
    }
    std::vector<FileEntry> entries;
    if (format.empty()) return entries;
    for (std::uint64_t count = in_.unsignedLeb(); count > 0 && in_.isGood() && !in_.atEnd();
         --count) {
      FileEntry& entry = entries.emplace_back();
      for (const auto& [content, form] : format) {
        if (content == kContentPath) {
          entry.path = textOf(form);
        } else if (content == kContentFolder) {
          entry.folder = numberOf(form);
        } else {
          numberOf(form);
        }
      }
    }
    return entries;
  }

  std::string_view textOf(std::uint64_t form) {
    switch (form) {
      case 0x08:  // DW_FORM_string
        return in_.text();
      case 0x0E:  // DW_FORM_strp
        return textAt(strings_, offset());
      case 0x1F:  // DW_FORM_line_strp
        return textAt(lineStrings_, offset());
      default:
        numberOf(form);
        return {};
    }
  }

  std::uint64_t numberOf(std::uint64_t form) {
    switch (form) {
      case 0x0B:  // DW_FORM_data1
        return in_.number<std::uint8_t>();
      case 0x05:  // DW_FORM_data2
        return in_.number<std::uint16_t>();
      case 0x06:  // DW_FORM_data4
        return in_.number<std::uint32_t>();
      case 0x07:  // DW_FORM_data8
        return in_.number<std::uint64_t>();
      case 0x0F:  // DW_FORM_udata
        return in_.unsignedLeb();
      case 0x1E:  // DW_FORM_data16
        in_.skip(16);
        return 0;
      case 0x09:  // DW_FORM_block
        in_.skip(in_.unsignedLeb());
        return 0;
      default:
        in_.skip(~std::uint64_t{0});  // its size is not known
        return 0;
    }
  }

  void readFolders(const std::vector<FileEntry>& entries) {
    for (const FileEntry& entry : entries) folders_.push_back(entry.path);
  }

  void readFiles(const std::vector<FileEntry>& entries) {
    firstFile_ = table_.files_.size();
    fileCount_ = entries.size();
    for (const FileEntry& entry : entries) {
      std::string path;
      if (!entry.path.starts_with('/') && entry.folder < folders_.size()) {
        const std::string_view folder = folders_[entry.folder];
        // Folders are relative to the first, the compiler's own.
        if (!folder.starts_with('/') && entry.folder > 0 && !folders_.front().empty()) {
          path = std::string(folders_.front()) + "/";
        }
        path += std::string(folder) + (folder.empty() ? "" : "/");
      }
      table_.files_.push_back(toUtf8(path + std::string(entry.path)));
    }
  }

  void reset() {
    address_ = 0;
    file_ = 1;
    line_ = 1;
  }

  void addRow(bool isEnd) {
    const bool isKnown = file_ < fileCount_ && line_ > 0 && line_ <= kLongLine;
    const std::uint64_t line = isEnd || !isKnown ? 0 : line_;
    table_.rows_.push_back({address_, static_cast<std::uint32_t>(isKnown ? firstFile_ + file_ : 0),
                            static_cast<std::uint32_t>(line)});
  }

  void runProgram() {
    reset();
    while (in_.isGood() && !in_.atEnd()) {
      const auto code = in_.number<std::uint8_t>();
      if (code >= opcodeBase_) {
        const unsigned adjusted = code - opcodeBase_;
        address_ += std::uint64_t{adjusted / lineRange_} * leastInstruction_;
        line_ += static_cast<std::uint64_t>(lineBase_ + static_cast<int>(adjusted % lineRange_));
        addRow(false);
      } else {
        runStandard(code);
      }
    }
  }

  void runStandard(std::uint8_t code) {
    switch (code) {
      case kExtended:
        return runExtendedLine();
      case kCopy:
        return addRow(false);
      case kAdvanceAddress:
        address_ += in_.unsignedLeb() * leastInstruction_;
        return;
      case kAdvanceLine:
        line_ += static_cast<std::uint64_t>(in_.signedLeb());
        return;
      case kSetFile:
        file_ = in_.unsignedLeb();
        return;
      case kConstantAdd:
        address_ += std::uint64_t{(255U - opcodeBase_) / lineRange_} * leastInstruction_;
        return;
      case kFixedAdvance:
        address_ += in_.number<std::uint16_t>();
        return;
      default:
        for (unsigned i = 0; i < lengths_[code - 1U]; ++i) in_.unsignedLeb();
    }
  }

  void runExtendedLine() {
    const std::uint64_t length = in_.unsignedLeb();
    ByteReader body(in_.block(length));
    const auto code = body.number<std::uint8_t>();
    if (code == kEndSequence) {
      addRow(true);
      reset();
    } else if (code == kSetAddress) {
      address_ = body.number<std::uint64_t>();
    }
  }

  LineTable& table_;
  std::string_view strings_;
  std::string_view lineStrings_;
  ByteReader in_;
  bool isLong_;
  unsigned version_ = 0;
  unsigned leastInstruction_ = 1;
  int lineBase_ = 0;
  unsigned lineRange_ = 1;
  unsigned opcodeBase_ = 1;
  std::vector<std::uint8_t> lengths_;
  std::vector<std::string_view> folders_;
  std::size_t firstFile_ = 0;
  std::size_t fileCount_ = 0;
  std::uint64_t address_ = 0;
  std::uint64_t file_ = 1;
  std::uint64_t line_ = 1;
};

LineTable::LineTable(const ElfFile& file) {
  const std::string bytes = file.bytes(".debug_line");
  if (bytes.empty()) return;
  const std::string strings = file.bytes(".debug_str");
  const std::string lineStrings = file.bytes(".debug_line_str");
  ByteReader in(bytes);
  while (in.isGood() && !in.atEnd()) {
    std::uint64_t length = in.number<std::uint32_t>();
    const bool isLong = length == kLongLine;
    if (isLong) length = in.number<std::uint64_t>();
    const std::string_view unit = in.block(length);
    if (in.isGood()) Unit(*this, strings, lineStrings, unit, isLong).run();
  }
  // Sequences of removed functions begin at 0.
  std::erase_if(rows_, [](const Row& row) { return row.address == 0; });
  // Where one sequence ends and another begins, the end comes first.
  std::stable_sort(rows_.begin(), rows_.end(), [](const Row& one, const Row& other) {
    return one.address != other.address ? one.address < other.address
                                        : one.line == 0 && other.line != 0;
  });
}

std::optional<SourceLine> LineTable::find(std::uint64_t address) const {
  auto row =
      std::upper_bound(rows_.begin(), rows_.end(), address,
                       [](std::uint64_t wanted, const Row& one) { return wanted < one.address; });
  if (row == rows_.begin()) return std::nullopt;
  --row;
  if (row->line == 0) return std::nullopt;
  return SourceLine{files_[row->file], row->line};
}

}  // namespace orchestrator_exporter::profiling
