#include "tests/support/http2_client.h"

#include <arpa/inet.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace orchestrator_exporter::test {
namespace {

constexpr int kPatienceMilliseconds = 20'000;

int connectTo(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  return socket;
}

nghttp2_nv valueOf(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

void appendBigEndian(std::string& bytes, std::uint32_t number, unsigned size) {
  for (unsigned i = size; i > 0; --i) bytes += static_cast<char>(number >> (8 * (i - 1)) & 0xFFU);
}

}  // namespace

struct Http2Client::Callbacks {
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize,
                    std::uint8_t, void* user) {
    auto& self = *static_cast<Http2Client*>(user);
    self.streams_[frame->hd.stream_id].answer.fields.emplace_back(
        std::string(reinterpret_cast<const char*>(name), nameSize),
        std::string(reinterpret_cast<const char*>(value), valueSize));
    return 0;
  }
  static int data(nghttp2_session*, std::uint8_t, std::int32_t stream, const std::uint8_t* bytes,
                  std::size_t size, void* user) {
    static_cast<Http2Client*>(user)->streams_[stream].answer.body.append(
        reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) static_cast<Http2Client*>(user)->toldToGo_ = true;
    return 0;
  }
  static int closed(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* user) {
    Stream& one = static_cast<Http2Client*>(user)->streams_[stream];
    one.closed = true;
    one.answer.error = error;
    return 0;
  }
  static ssize_t body(nghttp2_session*, std::int32_t stream, std::uint8_t* buffer, std::size_t room,
                      std::uint32_t* flags, nghttp2_data_source*, void* user) {
    Stream& one = static_cast<Http2Client*>(user)->streams_[stream];
    const std::size_t size = std::min(room, one.body.size() - one.sent);
    if (size == 0 && one.more) return NGHTTP2_ERR_DEFERRED;
    one.body.copy(reinterpret_cast<char*>(buffer), size, one.sent);
    one.sent += size;
    if (one.sent == one.body.size() && !one.more) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(size);
  }
};

std::string Http2Answer::field(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (field == name) return value;
  }
  return {};
}

Http2Client::Http2Client(int port)
    : socket_(connectTo(port)), session_(nullptr, nghttp2_session_del) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::received);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::closed);
  nghttp2_session* session = nullptr;
  nghttp2_session_client_new(&session, callbacks, this);
  nghttp2_session_callbacks_del(callbacks);
  session_.reset(session);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, nullptr, 0);
}

Http2Client::~Http2Client() { ::close(socket_); }

std::int32_t Http2Client::post(const std::string& path, const Fields& fields, std::string body,
                               bool more) {
  std::vector<nghttp2_nv> values = {valueOf(":method", "POST"), valueOf(":scheme", "http"),
                                    valueOf(":path", path), valueOf(":authority", "localhost")};
  for (const auto& [name, value] : fields) values.push_back(valueOf(name, value));
  nghttp2_data_provider provider{};
  provider.read_callback = Callbacks::body;
  const std::int32_t stream = nghttp2_submit_request(session_.get(), nullptr, values.data(),
                                                     values.size(), &provider, nullptr);
  streams_[stream].body = std::move(body);
  streams_[stream].more = more;
  sendAll();
  return stream;
}

void Http2Client::finish(std::int32_t stream, std::string_view body) {
  streams_[stream].body.append(body);
  streams_[stream].more = false;
  nghttp2_session_resume_data(session_.get(), stream);
  sendAll();
}

void Http2Client::reset(std::int32_t stream) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
  sendAll();
}

bool Http2Client::sendAll() {
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &bytes);
    if (size <= 0) return size == 0;
    for (ssize_t sent = 0; sent < size;) {
      const ssize_t taken =
          ::send(socket_, bytes + sent, static_cast<std::size_t>(size - sent), MSG_NOSIGNAL);
      if (taken < 0) return false;
      sent += taken;
    }
  }
}

// Sends what there is and reads what comes; false if the connection is over.
bool Http2Client::exchange() {
  sendAll();
  pollfd waiting{socket_, POLLIN, 0};
  if (::poll(&waiting, 1, kPatienceMilliseconds) != 1) return false;
  std::array<std::uint8_t, 16'384> bytes;
  const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  return nghttp2_session_mem_recv(session_.get(), bytes.data(), static_cast<std::size_t>(got)) >= 0;
}

std::optional<Http2Answer> Http2Client::receive(std::int32_t stream) {
  while (!streams_[stream].closed) {
    if (!exchange()) return std::nullopt;
  }
  return streams_[stream].answer;
}

bool Http2Client::isToldToGo() {
  while (!toldToGo_ && exchange()) {
  }
  return toldToGo_;
}

std::optional<Http2Answer> Http2Client::call(const std::string& path, std::string_view message,
                                             Fields fields) {
  fields.emplace_back("content-type", "application/grpc");
  fields.emplace_back("te", "trailers");
  return receive(post(path, fields, framed(message)));
}

std::string framed(std::string_view message, bool packed) {
  std::string bytes(1, packed ? '\1' : '\0');
  appendBigEndian(bytes, static_cast<std::uint32_t>(message.size()), 4);
  return bytes.append(message);
}

std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload) {
  std::string bytes;
  appendBigEndian(bytes, static_cast<std::uint32_t>(payload.size()), 3);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  appendBigEndian(bytes, stream, 4);
  return bytes.append(payload);
}

}  // namespace orchestrator_exporter::test
