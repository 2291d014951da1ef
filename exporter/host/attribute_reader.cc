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
  return complaints_.valueOf([&] {
    return readAttribute(kernel_, path, denied_ == Denied::kTold ? kNoValue : kNoValueOrDenied);
  });
}

std::optional<std::int64_t> AttributeReader::integer(std::string_view path) {
  const auto found = text(path);
  if (!found) return std::nullopt;
  const auto value = parseIntegerLiteral(*found);
  if (!value) complaints_.add(ParseError(path, 1, "a whole number", *found).what());
  return value;
}

std::optional<std::uint64_t> AttributeReader::unsignedInteger(std::string_view path) {
  const auto found = text(path);
  if (!found) return std::nullopt;
  const auto value = parseUnsignedLiteral(*found);
  if (!value) {
    complaints_.add(ParseError(path, 1, "a whole number of at most 64 bits", *found).what());
  }
  return value;
}

}  // namespace orchestrator_exporter
