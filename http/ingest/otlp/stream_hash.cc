#include "http/ingest/otlp/stream_hash.h"

#include <bit>
#include <random>

#include "metrics/base/identity_hash.h"

namespace orchestrator_exporter::http::otlp {
namespace {

std::uint64_t makeSeed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

const std::uint64_t kSeed = makeSeed();

std::uint64_t valueHash(const AnyValue& value) {
  const auto type = static_cast<std::uint64_t>(value.type) + 1;
  switch (value.type) {
    case AnyValue::Type::kNone:
      return mixWords(kSeed, type);
    case AnyValue::Type::kBool:
      return mixWords(kSeed ^ (value.boolean ? 1 : 0), type);
    case AnyValue::Type::kInt:
      return mixWords(kSeed ^ static_cast<std::uint64_t>(value.integer), type);
    case AnyValue::Type::kDouble:
      return mixWords(kSeed ^ std::bit_cast<std::uint64_t>(value.number), type);
    case AnyValue::Type::kString:
    case AnyValue::Type::kJson:
      break;
  }
  return identityHash(value.text, kSeed ^ type);
}

}  // namespace

std::uint64_t textHash(std::string_view text) { return identityHash(text, kSeed); }

std::uint64_t attributesHash(std::span<const Attribute> attributes) {
  std::uint64_t sum = attributes.size();
  for (const Attribute& attribute : attributes) {
    sum += identityHash(attribute.key, valueHash(attribute.value));
  }
  return sum;
}

}  // namespace orchestrator_exporter::http::otlp
