#include "tests/support/http_client.h"

#include <arpa/inet.h>
#include <libdeflate.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

#include "http/server/header_value.h"

namespace orchestrator_exporter::test {
namespace {

constexpr std::chrono::milliseconds kPatience{20'000};

int connectTo(const std::string& host, int port) {
  sockaddr_in ipv4{};
  sockaddr_in6 ipv6{};
  const sockaddr* address = nullptr;
  socklen_t size = 0;
  if (::inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1) {
    ipv4.sin_family = AF_INET;
    ipv4.sin_port = htons(static_cast<std::uint16_t>(port));
    address = reinterpret_cast<const sockaddr*>(&ipv4);
    size = sizeof ipv4;
  } else if (::inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) == 1) {
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_port = htons(static_cast<std::uint16_t>(port));
    address = reinterpret_cast<const sockaddr*>(&ipv6);
    size = sizeof ipv6;
  } else {
    throw std::runtime_error("not a numeric address: " + host);
  }
  const int socket = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) throw std::runtime_error("no socket");
  if (::connect(socket, address, size) != 0) {
    ::close(socket);
    throw std::runtime_error("cannot connect to " + host + ":" + std::to_string(port));
  }
  return socket;
}

HttpAnswer parseHead(std::string_view head) {
  HttpAnswer answer;
  if (head.starts_with("HTTP/1.1 ")) answer.status = std::stoi(std::string(head.substr(9, 3)));
  for (std::size_t begin = head.find("\r\n"); begin != std::string_view::npos;) {
    begin += 2;
    const std::size_t end = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, end - begin);
    if (const std::size_t colon = line.find(": "); colon != std::string_view::npos) {
      answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    begin = end;
  }
  return answer;
}

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (http::equalIgnoringCase(field, name)) return value;
  }
  return {};
}

HttpClient::HttpClient(int port, const std::string& host) : socket_(connectTo(host, port)) {}
HttpClient::~HttpClient() { ::close(socket_); }

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool HttpClient::receiveMore(std::chrono::milliseconds time) {
  pollfd readable{.fd = socket_, .events = POLLIN, .revents = 0};
  if (ended_ || ::poll(&readable, 1, static_cast<int>(time.count())) <= 0) return false;
  char buffer[65536];
  const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
  ended_ = got <= 0;
  if (got > 0) received_.append(buffer, static_cast<std::size_t>(got));
  return !ended_;
}

std::optional<HttpAnswer> HttpClient::receive(bool headOnly) {
  std::size_t end = std::string::npos;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!receiveMore(kPatience)) return std::nullopt;
  }
  HttpAnswer answer = parseHead(std::string_view(received_).substr(0, end + 2));
  received_.erase(0, end + 4);
  if (headOnly || answer.status < 200) return answer;
  const std::size_t length = std::stoul("0" + answer.header("Content-Length"));
  while (received_.size() < length) {
    if (!receiveMore(kPatience)) return std::nullopt;
  }
  answer.body = received_.substr(0, length);
  received_.erase(0, length);
  return answer;
}

std::string HttpClient::receiveUntil(std::string_view text) {
  std::size_t looked = 0;
  for (;;) {
    const std::size_t at = received_.find(text, looked);
    if (at != std::string::npos) {
      std::string bytes = received_.substr(0, at + text.size());
      received_.erase(0, bytes.size());
      return bytes;
    }
    looked = received_.size() - std::min(received_.size(), text.size());
    if (!receiveMore(kPatience)) return std::exchange(received_, {});
  }
}

std::optional<HttpAnswer> HttpClient::request(std::string_view method, std::string_view target,
                                              std::string_view headers) {
  std::string text(method);
  text.append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
  text.append(headers).append("\r\n");
  if (!send(text)) return std::nullopt;
  return receive(method == "HEAD");
}

bool HttpClient::closedWithin(std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (!ended_) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    if (left.count() < 0) return false;
    receiveMore(left);
  }
  return true;
}

std::string gunzip(std::string_view packed) {
  libdeflate_decompressor* const decompressor = libdeflate_alloc_decompressor();
  // RFC 1952: a member ends with the length of its text, modulo 2^32, lowest byte first.
  std::size_t size = 0;
  if (packed.size() < 18) throw std::runtime_error("too short for gzip");
  for (std::size_t i = 0; i < 4; ++i) {
    size |= static_cast<std::size_t>(static_cast<unsigned char>(packed[packed.size() - 4 + i]))
            << (8 * i);
  }
  std::string text(size, '\0');
  std::size_t read = 0;
  const auto result = libdeflate_gzip_decompress_ex(decompressor, packed.data(), packed.size(),
                                                    text.data(), size, &read, nullptr);
  libdeflate_free_decompressor(decompressor);
  if (result != LIBDEFLATE_SUCCESS || read != packed.size()) {
    throw std::runtime_error("not one gzip member");
  }
  return text;
}

}  // namespace orchestrator_exporter::test
