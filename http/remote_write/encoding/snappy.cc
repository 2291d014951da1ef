#include "http/remote_write/encoding/snappy.h"

#include <snappy.h>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::remote_write {

std::string packed(std::string_view bytes) {
  std::string out;
  snappy::Compress(bytes.data(), bytes.size(), &out);
  out.shrink_to_fit();
  return out;
}

std::string unpacked(std::string_view bytes) {
  std::string out;
  if (!snappy::Uncompress(bytes.data(), bytes.size(), &out)) {
    throw ParseError("expected snappy's block format");
  }
  return out;
}

}  // namespace orchestrator_exporter::remote_write
