#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/host/complaints.h"
#include "exporter/kernel/attribute.h"

namespace orchestrator_exporter {

// Reads the attributes of devices one by one, so that one that cannot be read costs itself and is
// complained of. Without a complaint nullopt: an attribute that is missing, that its driver has no
// value for at present (EAGAIN, EBUSY, EINVAL, ENODATA, ENXIO, EOPNOTSUPP), or whose device went
// away since it was listed (ENODEV).
class AttributeReader {
 public:
  // Whether an attribute that this process may not read is complained of.
  enum class Denied : std::uint8_t { kTold, kExpected };

  AttributeReader(Kernel& kernel, Complaints& complaints, Denied denied = Denied::kTold)
      : kernel_(kernel), complaints_(complaints), denied_(denied) {}

  // The start of an attribute, as in readAttribute().
  std::optional<std::string_view> text(std::string_view path);
  // The same with the white space around it.
  std::optional<std::string_view> rawText(std::string_view path);
  // As text(), for a whole number in one of the spellings of parseIntegerLiteral().
  std::optional<std::int64_t> integer(std::string_view path);
  // As text(), for a whole number of at most 64 bits, spelt as for parseUnsignedLiteral().
  std::optional<std::uint64_t> unsignedInteger(std::string_view path);

 private:
  template <typename Number>
  std::optional<Number> number(std::string_view path,
                               std::optional<Number> (*parse)(std::string_view),
                               std::string_view expected);

  Kernel& kernel_;
  Complaints& complaints_;
  Denied denied_;
};

}  // namespace orchestrator_exporter
