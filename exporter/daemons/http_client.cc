#include "exporter/daemons/http_client.h"

#include <algorithm>

#include "exporter/daemons/socket.h"
#include "exporter/kernel/row.h"
#include "metrics/base/errors.h"

namespace orchestrator_exporter {

namespace {

constexpr std::size_t kLargestAnswer = std::size_t{16} << 20;

// Undoes %xx; what is not one stays as it is.
std::string decodePercent(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = text[i] == '%' && i + 2 < text.size()
                          ? parseUnsigned(text.substr(i + 1, 2), 16)
                          : std::nullopt;
    decoded += byte ? static_cast<char>(*byte) : text[i];
    if (byte) i += 2;
  }
  return decoded;
}

std::string base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) {
      return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u;
    };
    const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (std::size_t digit = 0; digit < 4; ++digit) {
      const bool padding = i + digit > bytes.size();
      text += padding ? '=' : kDigits[three >> (18 - 6 * digit) & 63];
    }
  }
  return text;
}

// Splits `text` at the first `separator`; the second part is empty if there is none.
std::pair<std::string_view, std::string_view> split(std::string_view text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

std::string nameOf(const HttpAddress& address) {
  if (!address.socketPath.empty()) return address.socketPath;
  return address.host + ":" + std::to_string(address.port);
}

std::string requestFor(const HttpAddress& address, std::string_view contentType,
                       std::string_view body) {
  std::string request = "POST " + address.target + " HTTP/1.0\r\nConnection: close\r\nHost: ";
  const bool numeric6 = address.host.find(':') != std::string::npos;
  request += numeric6               ? "[" + address.host + "]"
             : address.host.empty() ? "localhost"
                                    : address.host;
  if (!address.credentials.empty()) {
    request += "\r\nAuthorization: Basic " + base64(address.credentials);
  }
  request += "\r\nContent-Length: " + std::to_string(body.size());
  request.append("\r\nContent-Type: ").append(contentType).append("\r\n\r\n").append(body);
  return request;
}

std::string receiveAll(Socket& socket, const HttpAddress& address) {
  std::string answer;
  char part[16384];
  while (const std::size_t got = socket.receive(part, sizeof part)) {
    answer.append(part, got);
    if (answer.size() > kLargestAnswer) throw ParseError(nameOf(address), 0, "answer too large");
  }
  return answer;
}

}  // namespace

std::optional<HttpAddress> HttpAddress::parse(std::string_view url) {
  constexpr std::string_view kUnix = "unix://";
  constexpr std::string_view kHttp = "http://";
  HttpAddress address;
  if (url.starts_with(kUnix)) {
    address.socketPath = decodePercent(url.substr(kUnix.size()));
    address.target = "/RPC2";
    if (!address.socketPath.starts_with('/')) return std::nullopt;
    return address;
  }
  if (!url.starts_with(kHttp)) return std::nullopt;
  const std::string_view rest = url.substr(kHttp.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  if (slash < rest.size()) address.target = rest.substr(slash);
  std::string_view authority = rest.substr(0, slash);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    address.credentials = decodePercent(authority.substr(0, at));
    authority.remove_prefix(at + 1);
  }
  // An IPv6 address stands in brackets, because of its colons.
  const bool brackets = authority.starts_with('[') && authority.find(']') != std::string_view::npos;
  const auto [host, after] =
      split(brackets ? authority.substr(1) : authority, brackets ? ']' : ':');
  if (brackets && !after.empty() && !after.starts_with(':')) return std::nullopt;
  address.host = host;
  const std::string_view digits = brackets && !after.empty() ? after.substr(1) : after;
  const auto port = digits.empty() ? address.port : parseUnsigned(digits);
  if (host.empty() || !port || *port == 0 || *port > 65535) return std::nullopt;
  address.port = static_cast<std::uint16_t>(*port);
  return address;
}

std::string postHttp(const HttpAddress& address, std::string_view contentType,
                     std::string_view body, std::chrono::steady_clock::time_point deadline) {
  Socket socket = address.socketPath.empty() ? Socket::stream(address.host, address.port, deadline)
                                             : Socket::local(address.socketPath, deadline);
  socket.send(requestFor(address, contentType, body));
  const std::string answer = receiveAll(socket, address);
  const std::string_view status = std::string_view(answer).substr(0, answer.find('\r'));
  const std::size_t bodyAt = answer.find("\r\n\r\n");
  if (!answer.starts_with("HTTP/1.") || bodyAt == std::string::npos) {
    throw ParseError(nameOf(address), 0, "an answer in HTTP", status);
  }
  const auto code = split(status, ' ').second;
  if (!code.starts_with('2')) throw ParseError(nameOf(address), 0, "status 200", code);
  return answer.substr(bodyAt + 4);
}

}  // namespace orchestrator_exporter
