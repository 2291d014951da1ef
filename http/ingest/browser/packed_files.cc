#include "http/ingest/browser/packed_files.h"

#include <algorithm>
#include <string>

#include "http/server/compression.h"
#include "http/server/header_value.h"
#include "http/server/unpacking.h"

namespace orchestrator_exporter::http::browser {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;

// Whether an If-None-Match field names the tag (RFC 9110, 13.1.2: by weak comparison) or any.
bool names(std::string_view field, std::string_view tag) {
  while (!field.empty()) {
    const std::size_t comma = field.find(',');
    std::string_view one = trimmed(field.substr(0, comma));
    if (one == "*") return true;
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag) return true;
    field.remove_prefix(comma == std::string_view::npos ? field.size() : comma + 1);
  }
  return false;
}

}  // namespace

Endpoint packedFileEndpoint(PackedFile file, std::string_view contentType) {
  return [file, type = std::string(contentType),
          tag = "\"" + std::string(file.tag) + "\""](const Request& request) {
    Response response;
    response.contentType = type;
    // Weak, since both encodings have it.
    response.headers = {
        {"ETag", "W/" + tag}, {"Cache-Control", "max-age=3600"}, {"Vary", "Accept-Encoding"}};
    if (names(request.headerList("If-None-Match").value_or(""), tag)) {
      response.status = 304;
    } else if (acceptsGzip(request.headerList("Accept-Encoding"))) {
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.parts = {file.gzip};
    } else {
      response.body = ungzip(file.gzip, kLargestFile);
    }
    return response;
  };
}

}  // namespace orchestrator_exporter::http::browser
