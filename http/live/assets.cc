#include "http/live/assets.h"

#include <algorithm>
#include <stdexcept>

#include "http/server/unpacking.h"

namespace orchestrator_exporter::http::live {

std::string assetText(std::string_view name) {
  const auto found = std::find_if(assets().begin(), assets().end(),
                                  [name](const Asset& asset) { return asset.name == name; });
  if (found == assets().end()) throw std::logic_error("no file " + std::string(name));
  return ungzip(found->packed, found->size);
}

}  // namespace orchestrator_exporter::http::live
