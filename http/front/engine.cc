#include "http/front/engine.h"

#include <civetweb.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "http/server/header_value.h"
#include "http/server/spare.h"
#include "http/server/uri.h"

namespace orchestrator_exporter::http {
namespace {

// Tells the worker which link the request came over. The front leaves out every field that a client
// sends under this name.
constexpr const char* kLinkField = "Front-Link";

// Under this name goes what a client asks to go over to: civetweb would follow an Upgrade itself.
constexpr const char* kUpgradeField = "Front-Upgrade";

std::string_view viewOf(const char* text) { return text == nullptr ? "" : text; }

std::size_t linkOf(const mg_connection* connection) {
  const std::string_view text = viewOf(mg_get_header(connection, kLinkField));
  std::size_t link = 0;
  std::from_chars(text.data(), text.data() + text.size(), link);
  return link;
}

// What civetweb read, which the front has checked.
Request read(mg_connection* connection) {
  const mg_request_info& info = *mg_get_request_info(connection);
  Request request;
  request.method = viewOf(info.request_method);
  request.headers.reserve(static_cast<std::size_t>(info.num_headers));
  for (int i = 0; i < info.num_headers; ++i) {
    const mg_header& field = info.http_headers[i];
    if (equalIgnoringCase(viewOf(field.name), kLinkField)) continue;
    const bool isUpgrade = equalIgnoringCase(viewOf(field.name), kUpgradeField);
    request.headers.emplace_back(isUpgrade ? "Upgrade" : viewOf(field.name), viewOf(field.value));
  }
  // The body first: what is left of it would be taken for the next request.
  request.body.resize(static_cast<std::size_t>(std::max(info.content_length, 0LL)));
  for (std::size_t at = 0; at < request.body.size();) {
    const int got = mg_read(connection, request.body.data() + at, request.body.size() - at);
    if (got <= 0) throw std::runtime_error("a link of the front ended within a request");
    at += static_cast<std::size_t>(got);
  }
  auto path = decodePath(viewOf(info.local_uri_raw));
  if (!path) throw HttpError(400, "the path has an invalid percent-encoding");
  auto parameters = decodeQuery(viewOf(info.query_string));
  if (!parameters) throw HttpError(400, "the query has an invalid percent-encoding");
  request.path = *std::move(path);
  request.parameters = *std::move(parameters);
  return request;
}

// Sends what the client's socket takes, and ends what the answer ends.
void send(Outcome& outcome, const Ticket& ticket) {
  if (outcome.answer == nullptr || ticket.transport == nullptr) return;
  const bool isLast = ticket.isLast && outcome.answer->channel() == nullptr;
  const Transport::Result result = isLast ? ticket.transport->sendLast(*outcome.answer)
                                          : ticket.transport->send(*outcome.answer);
  outcome.gone = result == Transport::Result::kFailed;
  outcome.closed = ticket.transport->isClosed();
  if (outcome.isSettled()) outcome.answer->release();
}

}  // namespace

Engine::Engine(unsigned wantedWorkers, Respond respond, Deliver deliver,
               std::function<void(std::string_view)> log)
    : respond_(std::move(respond)), deliver_(std::move(deliver)), log_(std::move(log)) {
  const unsigned workers = spareWorkers(wantedWorkers);
  if (workers < wantedWorkers) {
    log_("only " + std::to_string(workers) + " of " + std::to_string(wantedWorkers) +
         " workers: threads or file descriptors are short (LimitNOFILE, TasksMax)");
  }
  tickets_.resize(workers);
  first_ = startWorkers(std::min(tickets_.size(), kFirstWorkers));
}

Engine::~Engine() { stop(); }

std::unique_ptr<Workers> Engine::startWorkers(std::size_t count) {
  const auto serving = [this](mg_connection* connection) { serve(connection); };
  return std::make_unique<Workers>(static_cast<unsigned>(count), serving, log_);
}

void Engine::stop() {
  stopped_ = true;
  more_.reset();
  first_.reset();
}

int Engine::connect(std::size_t link) {
  if (stopped_) throw std::runtime_error("the server has ended");
  if (link < kFirstWorkers) return first_->connect();
  if (!more_) more_ = startWorkers(tickets_.size() - kFirstWorkers);
  return more_->connect();
}

std::string Engine::request(std::size_t link, const RequestHead& head, std::string_view body,
                            Ticket ticket) {
  std::string bytes;
  bytes.reserve(head.bytes + body.size() + 64);
  bytes.append(head.method).append(" ").append(head.target).append(" HTTP/1.1\r\n");
  for (const auto& [name, value] : head.fields) {
    // What concerns the client's connection ends at the front.
    constexpr std::array<std::string_view, 5> kOfTheConnection = {
        "Connection", "Content-Length", "Transfer-Encoding", "Expect", "Upgrade"};
    const auto isName = [&](std::string_view other) { return equalIgnoringCase(name, other); };
    if (isName("Upgrade")) bytes.append(kUpgradeField).append(": ").append(value).append("\r\n");
    if (isName(kLinkField) || isName(kUpgradeField) ||
        std::any_of(kOfTheConnection.begin(), kOfTheConnection.end(), isName)) {
      continue;
    }
    bytes.append(name).append(": ").append(value).append("\r\n");
  }
  bytes.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  bytes.append(kLinkField).append(": ").append(std::to_string(link)).append("\r\n\r\n");
  bytes.append(body);
  const std::lock_guard lock(mutex_);
  tickets_[link] = std::move(ticket);
  return bytes;
}

void Engine::serve(mg_connection* connection) noexcept {
  const std::size_t link = linkOf(connection);
  if (link >= tickets_.size()) return mg_disable_connection_keep_alive(connection);
  Ticket ticket;
  {
    const std::lock_guard lock(mutex_);
    ticket = tickets_[link];
  }
  std::string method;
  Outcome outcome;
  try {
    Response response;
    try {
      Request request = read(connection);
      request.remoteAddress = ticket.remoteAddress;
      request.gone = ticket.gone;
      method = request.method;
      response = respond_(request, ticket);
    } catch (const HttpError& error) {
      response.status = error.status();
      response.body = std::string(error.what()) + "\n";
    }
    outcome.answer =
        std::make_unique<Answer>(std::move(response), method, ticket.keepAlive, ticket.more, gzip_);
  } catch (const std::exception& error) {
    // Only memory can be short here, or the front has ended; the client sees a closed connection.
    log_(error.what());
    outcome.gone = true;
  }
  outcome.isAwaited = ticket.isAwaited;
  send(outcome, ticket);
  outcome.at = std::chrono::steady_clock::now();
  deliver_(link, std::move(outcome));
}

}  // namespace orchestrator_exporter::http
