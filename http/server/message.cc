#include "http/server/message.h"

#include "http/server/header_value.h"

namespace orchestrator_exporter::http {

std::optional<std::string_view> Request::header(std::string_view name) const {
  return fieldOf(headers, name);
}

std::optional<std::string> Request::headerList(std::string_view name) const {
  std::optional<std::string> joined;
  for (const auto& [field, value] : headers) {
    if (!equalIgnoringCase(field, name)) continue;
    if (joined) {
      *joined += ", " + value;
    } else {
      joined = value;
    }
  }
  return joined;
}

std::vector<std::string_view> Request::values(std::string_view parameter) const {
  std::vector<std::string_view> found;
  for (const auto& [name, value] : parameters) {
    if (name == parameter) found.push_back(value);
  }
  return found;
}

bool Request::fromLoopback() const {
  // A dual-stack socket shows its IPv4 clients as mapped addresses.
  std::string_view address = remoteAddress;
  constexpr std::string_view kMapped = "::ffff:";
  if (address.starts_with(kMapped)) address.remove_prefix(kMapped.size());
  return address == "::1" || address.starts_with("127.");
}

Response refusalOf(const HttpError& error) {
  Response response;
  response.status = error.status();
  response.headers = error.headers();
  response.body = std::string(error.what()) + "\n";
  return response;
}

std::string_view reasonPhrase(int status) {
  switch (status) {
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace orchestrator_exporter::http
