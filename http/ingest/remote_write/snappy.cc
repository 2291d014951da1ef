#include "http/ingest/remote_write/snappy.h"

#include <snappy.h>

#include "http/server/message.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter::http::remote_write {

std::string unsnappy(std::string_view packed, std::size_t most) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(packed.data(), packed.size(), &size)) {
    throw ParseError("the body is not snappy");
  }
  if (size > most) {
    throw HttpError(413, "the body is larger than " + std::to_string(most) + " bytes");
  }
  // A byte of snappy gives less than 64 bytes: who says more has not sent them.
  constexpr std::size_t kBest = 64;
  std::string unpacked;
  if (size / kBest > packed.size() ||
      !snappy::Uncompress(packed.data(), packed.size(), &unpacked)) {
    throw ParseError("the body is not snappy");
  }
  return unpacked;
}

}  // namespace orchestrator_exporter::http::remote_write
