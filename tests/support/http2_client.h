#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct nghttp2_session;

namespace orchestrator_exporter::test {

// What became of a stream.
struct Http2Answer {
  // Those of the head and of the trailers, in their order.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  // Why the server ended the stream, 0 if it did so properly.
  std::uint32_t error = 0;

  // Empty if there is no such field.
  std::string field(std::string_view name) const;
};

// A blocking client of one HTTP/2 connection without TLS, for tests. Throws std::runtime_error if
// it cannot connect.
class Http2Client {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  explicit Http2Client(int port);
  ~Http2Client();
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  // Opens a stream with these fields besides method, scheme, path and authority. Unless `more` is
  // set this is all that comes.
  std::int32_t post(const std::string& path, const Fields& fields, std::string body,
                    bool more = false);
  // The rest of a stream that was opened with `more`.
  void finish(std::int32_t stream, std::string_view body);
  // Gives a stream up.
  void reset(std::int32_t stream);

  // Waits until the stream is over; nullopt if the connection ends before it is, or stays silent.
  std::optional<Http2Answer> receive(std::int32_t stream);
  // Whether the server said that it takes no more streams (GOAWAY), reading what comes until it
  // does or the connection ends.
  bool isToldToGo();

  // A call of gRPC with one message, and what it is answered with.
  std::optional<Http2Answer> call(const std::string& path, std::string_view message,
                                  Fields fields = {});

 private:
  struct Callbacks;
  struct Stream {
    std::string body;  // that waits to be sent
    std::size_t sent = 0;
    bool more = false;
    bool closed = false;
    Http2Answer answer;
  };

  bool exchange();
  bool sendAll();

  int socket_;
  bool toldToGo_ = false;
  std::map<std::int32_t, Stream> streams_;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
};

// A message of gRPC behind its prefix.
std::string framed(std::string_view message, bool packed = false);

// A frame of HTTP/2 by its numbers (RFC 9113, 4.1).
std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload = "");

}  // namespace orchestrator_exporter::test
