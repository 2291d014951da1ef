#include "exporter/host/attribute_reader.h"

#include <cerrno>

#include "exporter/kernel/literal.h"

namespace orchestrator_exporter {

namespace {

constexpr std::initializer_list<int> kNoValue = {EAGAIN, EBUSY, EINVAL,    ENODATA,
                                                 ENODEV, ENXIO, EOPNOTSUPP};
constexpr std::initializer_list<int> kNoValueOrDenied = {
    EAGAIN, EBUSY, EINVAL, ENODATA, ENODEV, ENXIO, EOPNOTSUPP, EACCES, EPERM};

}  // namespace

std::optional<std::string_view> AttributeReader::text(std::string_view path) {
  const auto found = rawText(path);
  if (!found) return std::nullopt;
  return trim(*found);
}

std::optional<std::string_view> AttributeReader::rawText(std::string_view path) {
  return complaints_.valueOf([&]() -> std::optional<std::string_view> {
    const auto file = kernel_.read(path, denied_ == Denied::kTold ? kNoValue : kNoValueOrDenied);
    if (!file) return std::nullopt;
    return file->text.substr(0, kAttributeBytes);
  });
}

std::optional<std::int64_t> AttributeReader::integer(std::string_view path) {
  return number<std::int64_t>(path, parseIntegerLiteral, "a whole number");
}

std::optional<std::uint64_t> AttributeReader::unsignedInteger(std::string_view path) {
  return number<std::uint64_t>(path, parseUnsignedLiteral, "a whole number of at most 64 bits");
}

template <typename Number>
std::optional<Number> AttributeReader::number(std::string_view path,
                                              std::optional<Number> (*parse)(std::string_view),
                                              std::string_view expected) {
  const auto found = text(path);
  if (!found) return std::nullopt;
  return complaints_.valueOf([&] {
    const auto value = parse(*found);
    if (!value) throw ParseError(path, 1, expected, *found);
    return value;
  });
}

}  // namespace orchestrator_exporter
