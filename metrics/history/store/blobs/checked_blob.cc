#include "metrics/history/store/blobs/checked_blob.h"

#include "metrics/history/store/blobs/crc32c.h"

namespace orchestrator_exporter::history {

namespace {

constexpr std::size_t kChecksumBytes = 4;

}  // namespace

void beginChecked(Bytes& blob) { blob.assign(kChecksumBytes, 0); }

void endChecked(Bytes& blob) {
  std::uint32_t sum = crc32c(std::span(blob).subspan(kChecksumBytes));
  for (std::size_t i = 0; i < kChecksumBytes; ++i, sum >>= 8) {
    blob[i] = static_cast<std::uint8_t>(sum);
  }
}

std::optional<std::span<const std::uint8_t>> contentOf(std::span<const std::uint8_t> blob) {
  if (blob.size() < kChecksumBytes) return std::nullopt;
  std::uint32_t sum = 0;
  for (std::size_t i = kChecksumBytes; i-- > 0;) sum = sum << 8 | blob[i];
  const auto content = blob.subspan(kChecksumBytes);
  if (crc32c(content) != sum) return std::nullopt;
  return content;
}

}  // namespace orchestrator_exporter::history
