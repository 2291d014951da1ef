#include "http/front/engine.h"

#include <civetweb.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "http/server/header_value.h"
#include "http/server/private_folder.h"
#include "http/server/spare.h"
#include "http/server/uri.h"

// The options and callbacks here were chosen by reading this version. Debian's prometheus-cpp-dev
// brings the header of another one, without IPv6 and with known holes.
static_assert(std::string_view(CIVETWEB_VERSION) == "1.16",
              "civetweb.h is not that of civetweb 1.16: check the order of include paths");

namespace orchestrator_exporter::http {
namespace {

// Tells the worker which link the request came over. The front leaves out every field that a client
// sends under this name.
constexpr const char* kLinkField = "Front-Link";

// Under this name goes what a client asks to go over to: civetweb would follow an Upgrade itself.
constexpr const char* kUpgradeField = "Front-Upgrade";

std::string_view viewOf(const char* text) { return text == nullptr ? "" : text; }

class Library {
 public:
  Library() { mg_init_library(MG_FEATURES_DEFAULT); }
  ~Library() { mg_exit_library(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

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

}  // namespace

// civetweb looks at its stop flag between two waits for a connection, and waits for ever: one more
// connection wakes it.
void Engine::StopContext::operator()(mg_context* context) const {
  const auto& engine = *static_cast<const Engine*>(mg_get_user_data(context));
  std::jthread waking([&engine](const std::stop_token& stopped) {
    while (!stopped.stop_requested()) {
      try {
        ::close(engine.connect());
      } catch (const std::system_error&) {
        // The listening socket is closed: it has woken.
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  mg_stop(context);
}

Engine::Engine(unsigned wantedWorkers, Respond respond, Deliver deliver,
               std::function<void(std::string_view)> log)
    : respond_(std::move(respond)), deliver_(std::move(deliver)), log_(std::move(log)) {
  const unsigned workers = spareWorkers(wantedWorkers);
  if (workers < wantedWorkers) {
    log_("only " + std::to_string(workers) + " of " + std::to_string(wantedWorkers) +
         " workers: threads or file descriptors are short (LimitNOFILE, TasksMax)");
  }
  tickets_.resize(workers);
  const PrivateFolder folder;
  const std::string path = folder.path() + "/http";
  start(path);
  socketPath_ = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (socketPath_ < 0) throw std::system_error(errno, std::generic_category(), path);
}

Engine::~Engine() {
  stop();
  if (socketPath_ >= 0) ::close(socketPath_);
}

void Engine::start(const std::string& path) {
  static const Library library;
  const std::string port = "x" + path;
  const std::string workers = std::to_string(tickets_.size());
  // The links are trusted, and are quiet for as long as nobody asks: no time-outs.
  constexpr const char* kForEver = "2000000000";
  // decode_url no: paths are decoded by us, where NUL and bad encodings show.
  const std::array<const char*, 23> settings = {"listening_ports",
                                                port.c_str(),
                                                "num_threads",
                                                workers.c_str(),
                                                "enable_keep_alive",
                                                "yes",
                                                "keep_alive_timeout_ms",
                                                kForEver,
                                                "request_timeout_ms",
                                                kForEver,
                                                "tcp_nodelay",
                                                "0",
                                                "decode_url",
                                                "no",
                                                "decode_query_string",
                                                "no",
                                                "max_request_size",
                                                "32768",
                                                "allow_sendfile_call",
                                                "no",
                                                "enable_auth_domain_check",
                                                "no",
                                                nullptr};
  mg_callbacks callbacks{};
  callbacks.begin_request = [](mg_connection* connection) {
    static_cast<Engine*>(mg_get_user_data(mg_get_context(connection)))->serve(connection);
    return 1;  // answered, whatever it was
  };
  callbacks.log_message = [](const mg_connection* connection, const char* message) {
    static_cast<Engine*>(mg_get_user_data(mg_get_context(connection)))->complain(message);
    return 1;
  };
  context_.reset(mg_start(&callbacks, this, const_cast<const char**>(settings.data())));
  if (!context_) throw std::runtime_error("cannot start the server: " + firstComplaint_);
}

int Engine::connect() const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // The name is gone, the socket is not: it is reached through the descriptor.
  const std::string path = "/proc/self/fd/" + std::to_string(socketPath_);
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int link = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (link < 0 ||
      ::connect(link, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    if (link >= 0) ::close(link);
    throw std::system_error(error, std::generic_category(), "no link to a worker");
  }
  return link;
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
  std::unique_ptr<Answer> answer;
  try {
    Response response;
    try {
      Request request = read(connection);
      request.remoteAddress = ticket.remoteAddress;
      method = request.method;
      response = respond_(request, ticket);
    } catch (const HttpError& error) {
      response.status = error.status();
      response.body = std::string(error.what()) + "\n";
    }
    answer =
        std::make_unique<Answer>(std::move(response), method, ticket.keepAlive, ticket.more, gzip_);
  } catch (const std::exception& error) {
    // Only memory can be short here, or the front has ended; the client sees a closed connection.
    log_(error.what());
    return deliver_(link, nullptr, true);
  }
  const bool gone = ticket.socket >= 0 && !answer->sendTo(ticket.socket);
  deliver_(link, std::move(answer), gone);
}

void Engine::complain(const char* message) {
  {
    const std::lock_guard lock(mutex_);
    if (firstComplaint_.empty()) firstComplaint_ = message;
  }
  log_(message);
}

}  // namespace orchestrator_exporter::http
