#include "http/remote_write/queue/record.h"

#include <bit>
#include <cstring>
#include <span>

#include "metrics/history/store/blobs/crc32c.h"

namespace orchestrator_exporter::remote_write {

namespace {

static_assert(std::endian::native == std::endian::little);

constexpr std::size_t kChecked = 8;  // where what the checksum covers begins

template <typename Number>
void put(std::string& out, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof bytes);
}

template <typename Number>
Number take(std::string_view& bytes) {
  Number number;
  std::memcpy(&number, bytes.data(), sizeof number);
  bytes.remove_prefix(sizeof number);
  return number;
}

std::uint32_t checksum(std::string_view bytes, std::uint32_t before = 0) {
  return history::crc32c({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                         before);
}

}  // namespace

std::string record(const Block& block) {
  std::string checked;
  put(checked, block.time);
  put(checked, block.amounts.samples);
  put(checked, block.amounts.histograms);
  put(checked, block.amounts.exemplars);
  put(checked, static_cast<std::uint32_t>(block.protocol));
  std::string out;
  out.reserve(RecordHead::kBytes + block.bytes.size());
  put(out, static_cast<std::uint32_t>(block.bytes.size()));
  put(out, checksum(block.bytes, checksum(checked)));
  return out.append(checked).append(block.bytes);
}

std::optional<RecordHead> recordHead(std::string_view bytes) {
  if (bytes.size() != RecordHead::kBytes) return std::nullopt;
  RecordHead head;
  head.bytes = take<std::uint32_t>(bytes);
  head.checksum = take<std::uint32_t>(bytes);
  head.time = take<std::int64_t>(bytes);
  head.amounts.samples = take<std::uint32_t>(bytes);
  head.amounts.histograms = take<std::uint32_t>(bytes);
  head.amounts.exemplars = take<std::uint32_t>(bytes);
  const auto protocol = take<std::uint32_t>(bytes);
  if (head.bytes > RecordHead::kMostBytes || (protocol != 1 && protocol != 2)) return std::nullopt;
  head.protocol = static_cast<Protocol>(protocol);
  return head;
}

std::optional<Block> recordBlock(std::string_view bytes) {
  const auto head = recordHead(bytes.substr(0, RecordHead::kBytes));
  if (!head || bytes.size() != RecordHead::kBytes + head->bytes ||
      checksum(bytes.substr(kChecked)) != head->checksum) {
    return std::nullopt;
  }
  return Block{head->time, head->amounts, head->protocol,
               std::string(bytes.substr(RecordHead::kBytes))};
}

}  // namespace orchestrator_exporter::remote_write
