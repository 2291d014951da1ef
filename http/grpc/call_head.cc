#include "http/grpc/call_head.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "http/server/header_value.h"

namespace orchestrator_exporter::http::grpc {
namespace {

// Of a connection of HTTP/1, and what the frames say.
constexpr std::array<std::string_view, 7> kLeftOut = {
    "connection", "content-length", "expect", "host", "te", "transfer-encoding", "upgrade"};

std::string_view pseudo(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields) {
    if (field == name) return value;
  }
  return {};
}

// It would be two fields to whoever reads lines.
void checkOneLine(std::string_view text) {
  if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    throw HttpError(400, "a field has the end of a line in it");
  }
}

void addField(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

RequestHead callHead(const Fields& fields) {
  for (const auto& [name, value] : fields) {
    checkOneLine(name);
    checkOneLine(value);
  }
  std::string text;
  text.append(pseudo(fields, ":method")).append(" ");
  text.append(pseudo(fields, ":path")).append(" HTTP/1.1\r\n");
  const std::string_view authority = pseudo(fields, ":authority");
  addField(text, "Host", authority.empty() ? pseudo(fields, "host") : authority);
  for (const auto& [name, value] : fields) {
    if (name.starts_with(':') || std::count(kLeftOut.begin(), kLeftOut.end(), name) > 0) continue;
    addField(text, name, value);
  }
  text.append("\r\n");
  auto head = parseRequestHead(text);
  if (!head) throw HttpError(400, "the fields make no request");
  head->http2 = true;
  return *std::move(head);
}

bool isGrpc(std::string_view contentType) {
  const std::string_view type = trimmed(contentType.substr(0, contentType.find(';')));
  return equalIgnoringCase(type, "application/grpc") ||
         equalIgnoringCase(type, "application/grpc+proto");
}

}  // namespace orchestrator_exporter::http::grpc
