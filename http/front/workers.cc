#include "http/front/workers.h"

#include <civetweb.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "http/server/private_folder.h"

// The options and callbacks here were chosen by reading this version. Debian's prometheus-cpp-dev
// brings the header of another one, without IPv6 and with known holes.
static_assert(std::string_view(CIVETWEB_VERSION) == "1.16",
              "civetweb.h is not that of civetweb 1.16: check the order of include paths");

namespace orchestrator_exporter::http {
namespace {

class Library {
 public:
  Library() { mg_init_library(MG_FEATURES_DEFAULT); }
  ~Library() { mg_exit_library(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

}  // namespace

// civetweb looks at its stop flag between two waits for a connection, and waits for ever: one more
// connection wakes it.
void Workers::StopContext::operator()(mg_context* context) const {
  const auto& workers = *static_cast<const Workers*>(mg_get_user_data(context));
  std::jthread waking([&workers](const std::stop_token& stopped) {
    while (!stopped.stop_requested()) {
      try {
        ::close(workers.connect());
      } catch (const std::system_error&) {
        // The listening socket is closed: it has woken.
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  mg_stop(context);
}

Workers::Workers(unsigned count, Serve serve, Log log)
    : serve_(std::move(serve)), log_(std::move(log)) {
  const PrivateFolder folder;
  const std::string path = folder.path() + "/http";
  start(count, path);
  socketPath_ = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (socketPath_ < 0) throw std::system_error(errno, std::generic_category(), path);
}

Workers::~Workers() {
  context_.reset();
  if (socketPath_ >= 0) ::close(socketPath_);
}

void Workers::start(unsigned count, const std::string& path) {
  static const Library library;
  const std::string port = "x" + path;
  const std::string threads = std::to_string(count);
  // The front's connections are trusted, and are quiet for as long as nobody asks: no time-outs.
  constexpr const char* kForEver = "2000000000";
  // decode_url no: paths are decoded by us, where NUL and bad encodings show.
  const std::array<const char*, 23> settings = {"listening_ports",
                                                port.c_str(),
                                                "num_threads",
                                                threads.c_str(),
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
    static_cast<Workers*>(mg_get_user_data(mg_get_context(connection)))->serve_(connection);
    return 1;  // answered, whatever it was
  };
  callbacks.log_message = [](const mg_connection* connection, const char* message) {
    static_cast<Workers*>(mg_get_user_data(mg_get_context(connection)))->complain(message);
    return 1;
  };
  context_.reset(mg_start(&callbacks, this, const_cast<const char**>(settings.data())));
  if (!context_) throw std::runtime_error("cannot start the server: " + firstComplaint_);
}

int Workers::connect() const {
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

void Workers::complain(const char* message) {
  {
    const std::lock_guard lock(mutex_);
    if (firstComplaint_.empty()) firstComplaint_ = message;
  }
  log_(message);
}

}  // namespace orchestrator_exporter::http
