#include "exporter/profiling/code/call_frames.h"

#include <algorithm>

#include "exporter/profiling/code/byte_reader.h"
#include "exporter/profiling/code/frame_program.h"

namespace orchestrator_exporter::profiling {

namespace {

// How addresses are written (DW_EH_PE_…, Linux Standard Base, section 10.5.1).
constexpr std::uint8_t kOmitted = 0xFF;
constexpr std::uint8_t kRelativeToPlace = 0x10;
constexpr std::uint8_t kIndirect = 0x80;
constexpr std::uint32_t kLongLength = 0xFFFFFFFF;

std::uint64_t plainNumber(ByteReader& in, std::uint8_t encoding) {
  switch (encoding & 0x0FU) {
    case 0x01:
      return in.unsignedLeb();
    case 0x02:
      return in.number<std::uint16_t>();
    case 0x03:
      return in.number<std::uint32_t>();
    case 0x09:
      return static_cast<std::uint64_t>(in.signedLeb());
    case 0x0A:
      return static_cast<std::uint64_t>(std::int64_t{in.number<std::int16_t>()});
    case 0x0B:
      return static_cast<std::uint64_t>(std::int64_t{in.number<std::int32_t>()});
    default:
      return in.number<std::uint64_t>();
  }
}

// An address, for bytes that are loaded to `base`; nullopt for those relative to what is not known.
std::optional<std::uint64_t> encodedAddress(ByteReader& in, std::uint8_t encoding,
                                            std::uint64_t base) {
  const std::uint64_t place = base + in.at();
  const std::uint64_t number = plainNumber(in, encoding);
  if ((encoding & kIndirect) != 0) return std::nullopt;
  if ((encoding & 0x70U) == 0) return number;
  if ((encoding & 0x70U) == kRelativeToPlace) return number + place;
  return std::nullopt;
}

struct Entry {
  std::size_t begin = 0;  // of its length
  std::size_t idAt = 0;
  std::uint64_t id = 0;
  std::string_view body = {};  // behind the id
  std::size_t bodyAt = 0;
};

// The entry that begins there, with the reader put behind it; nullopt at the end.
std::optional<Entry> nextEntry(std::string_view bytes, ByteReader& in, bool isEhFrame) {
  Entry entry{.begin = in.at()};
  std::uint64_t length = in.number<std::uint32_t>();
  const bool isLong = length == kLongLength;
  if (isLong) length = in.number<std::uint64_t>();
  if (!in.isGood() || length == 0) return std::nullopt;
  entry.idAt = in.at();
  const std::size_t width = isLong && !isEhFrame ? 8 : 4;
  const std::string_view all = in.block(length);
  if (!in.isGood() || all.size() < width) return std::nullopt;
  ByteReader id(bytes, entry.idAt);
  entry.id = width == 8 ? id.number<std::uint64_t>() : id.number<std::uint32_t>();
  entry.body = all.substr(width);
  entry.bodyAt = entry.idAt + width;
  return entry;
}

bool isCommon(const Entry& entry, bool isEhFrame) {
  return isEhFrame ? entry.id == 0 : entry.id == kLongLength || entry.id == ~std::uint64_t{0};
}

}  // namespace

CallFrames::CallFrames(const ElfFile& file, Table table) : isEhFrame_(table == Table::kEhFrame) {
  const ElfFile::Section* section = file.section(isEhFrame_ ? ".eh_frame" : ".debug_frame");
  if (section == nullptr) return;
  bytes_ = file.bytes(*section);
  address_ = isEhFrame_ ? section->address : 0;
  read();
}

void CallFrames::read() {
  ByteReader in(bytes_);
  while (!in.atEnd()) {
    const auto entry = nextEntry(bytes_, in, isEhFrame_);
    if (!entry) break;
    if (isCommon(*entry, isEhFrame_)) continue;
    const auto place = common(isEhFrame_ ? entry->idAt - entry->id : entry->id);
    if (!place) continue;
    const Common& common = commons_[*place];
    ByteReader body(bytes_, entry->bodyAt);
    const auto begin = encodedAddress(body, common.encoding, address_);
    const std::uint64_t size = plainNumber(body, common.encoding);
    if (common.hasAugmentation) body.skip(body.unsignedLeb());
    const std::size_t used = body.at() - entry->bodyAt;
    if (!body.isGood() || used > entry->body.size() || !begin || size == 0) continue;
    functions_.push_back({*begin, *begin + size, *place, entry->body.substr(used)});
  }
  std::sort(functions_.begin(), functions_.end(),
            [](const Function& one, const Function& other) { return one.begin < other.begin; });
}

std::optional<std::uint32_t> CallFrames::common(std::size_t offset) {
  // Functions of one file mostly share the one that was read last.
  for (std::size_t i = commons_.size(); i-- > 0;) {
    if (commons_[i].id == offset) return static_cast<std::uint32_t>(i);
  }
  if (offset >= bytes_.size()) return std::nullopt;
  ByteReader in(bytes_, offset);
  const auto entry = nextEntry(bytes_, in, isEhFrame_);
  if (!entry || !isCommon(*entry, isEhFrame_)) return std::nullopt;
  Common common{.id = offset};
  ByteReader body(bytes_, entry->bodyAt);
  const auto version = body.number<std::uint8_t>();
  const std::string_view augmentation = body.text();
  if (version >= 4) body.skip(2);  // sizes of addresses and segments
  common.codeFactor = body.unsignedLeb();
  common.dataFactor = body.signedLeb();
  common.returnRegister = version == 1 ? body.number<std::uint8_t>() : body.unsignedLeb();
  if (augmentation.starts_with('z')) {
    common.hasAugmentation = true;
    const std::uint64_t size = body.unsignedLeb();
    const std::size_t end = body.at() + std::min<std::uint64_t>(size, bytes_.size());
    for (const char letter : augmentation.substr(1)) {
      if (letter == 'R') common.encoding = body.number<std::uint8_t>();
      if (letter == 'S') common.isSignalFrame = true;
      if (letter == 'L') body.skip(1);
      if (letter == 'P') {
        const auto encoding = body.number<std::uint8_t>();
        if (encoding != kOmitted) plainNumber(body, encoding);
      }
    }
    body = ByteReader(bytes_, end);
  } else if (!augmentation.empty()) {
    return std::nullopt;
  }
  const std::size_t used = body.at() - entry->bodyAt;
  if (!body.isGood() || used > entry->body.size()) return std::nullopt;
  common.program = entry->body.substr(used);
  commons_.push_back(common);
  return static_cast<std::uint32_t>(commons_.size() - 1);
}

const CallFrames::Function* CallFrames::find(std::uint64_t address) const {
  auto after = std::upper_bound(
      functions_.begin(), functions_.end(), address,
      [](std::uint64_t wanted, const Function& one) { return wanted < one.begin; });
  if (after == functions_.begin()) return nullptr;
  --after;
  return address < after->end ? &*after : nullptr;
}

std::optional<std::uint64_t> CallFrames::beginOf(std::uint64_t address) const {
  const Function* function = find(address);
  return function == nullptr ? std::nullopt : std::optional(function->begin);
}

std::optional<FrameRules> CallFrames::at(std::uint64_t address) const {
  const Function* function = find(address);
  if (function == nullptr) return std::nullopt;
  const Common& common = commons_[function->common];
  const FrameProgram program{.codeFactor = common.codeFactor,
                             .dataFactor = common.dataFactor,
                             .begin = function->begin,
                             .wanted = address,
                             .encoding = common.encoding};
  FrameRules initial;
  initial.returnRegister = common.returnRegister;
  initial.isSignalFrame = common.isSignalFrame;
  if (!runFrameProgram(common.program, program, {}, initial)) return std::nullopt;
  FrameRules rules = initial;
  if (!runFrameProgram(function->program, program, initial, rules)) return std::nullopt;
  return rules;
}

}  // namespace orchestrator_exporter::profiling
