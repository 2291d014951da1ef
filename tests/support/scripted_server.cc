#include "tests/support/scripted_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include "http/server/header_value.h"
#include "http/server/message.h"

namespace orchestrator_exporter::test {

namespace {

void require(bool fine, const char* what) {
  if (!fine) throw std::runtime_error(std::string("scripted server: ") + what);
}

bool sendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

std::string ReceivedRequest::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (http::equalIgnoringCase(known, name)) return value;
  }
  return {};
}

bool ReceivedRequest::has(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& header) {
    return http::equalIgnoringCase(header.first, name);
  });
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  require(bind(listening_, generic, size) == 0 && ::listen(listening_, 64) == 0, "cannot listen");
  require(getsockname(listening_, generic, &size) == 0, "no port");
  port_ = ntohs(address.sin_port);
  listener_ = std::thread([this] { listen(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listening_, SHUT_RDWR);
  listener_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) close(socket);
  close(listening_);
}

std::string ScriptedServer::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
}

std::vector<ReceivedRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

bool ScriptedServer::waitFor(std::size_t requests) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::minutes(1),
                           [&] { return requests_.size() >= requests; });
}

void ScriptedServer::listen() {
  for (int connection = 0;; ++connection) {
    const int client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(client);
    threads_.emplace_back([this, client, connection] { serve(client, connection); });
  }
}

void ScriptedServer::serve(int socket, int connection) {
  std::string pending;
  while (auto request = receive(socket, pending)) {
    request->connection = connection;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(*request);
    }
    changed_.notify_all();
    const std::string answer = script_(*request);
    if (answer == kHang) continue;
    if (answer == kClose || !sendAll(socket, answer)) break;
  }
  shutdown(socket, SHUT_RDWR);
}

std::optional<ReceivedRequest> ScriptedServer::receive(int socket, std::string& pending) const {
  const auto more = [&] {
    char part[16384];
    const ssize_t got = recv(socket, part, sizeof part, 0);
    if (got > 0) pending.append(part, static_cast<std::size_t>(got));
    return got > 0;
  };
  std::size_t end = 0;
  while ((end = pending.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return std::nullopt;
  }
  ReceivedRequest request;
  std::string_view head = std::string_view(pending).substr(0, end);
  request.line = head.substr(0, head.find("\r\n"));
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos; at = head.find("\r\n")) {
    head.remove_prefix(at + 2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(':');
    request.headers.emplace_back(line.substr(0, colon), http::trimmed(line.substr(colon + 1)));
  }
  const std::string length = request.header("Content-Length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  while (pending.size() < end + 4 + size) {
    if (!more()) return std::nullopt;
  }
  request.body = pending.substr(end + 4, size);
  pending.erase(0, end + 4 + size);
  return request;
}

std::string httpAnswer(int status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(http::reasonPhrase(status)) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) +
         "\r\n" + std::string(body);
}

}  // namespace orchestrator_exporter::test
