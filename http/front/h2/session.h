#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "http/front/h2/frame_budget.h"
#include "http/server/message.h"

struct nghttp2_session;

namespace orchestrator_exporter::http::h2 {

// What a session tells of the streams that its client opens (RFC 9113). None of these may destroy
// the session; all may call its other members but receive() and take().
class StreamEvents {
 public:
  virtual ~StreamEvents() = default;
  // A request's fields, in their order, those that begin with a colon too.
  virtual void opened(std::int32_t stream, Fields fields) = 0;
  // The fields take more than kMaxFieldBytes.
  virtual void fieldsTooLarge(std::int32_t stream) = 0;
  // A part of the body, whose bytes count as on their way until consumed() is called.
  virtual void arrived(std::int32_t stream, std::string_view bytes) = 0;
  // The client sends no more on the stream.
  virtual void whole(std::int32_t stream) = 0;
  // Answered, or given up by the client.
  virtual void closed(std::int32_t stream) = 0;
};

// The server's side of one HTTP/2 connection: bytes in, bytes out, no socket. For one thread.
class Session {
 public:
  using Time = std::chrono::steady_clock::time_point;

  static constexpr std::uint32_t kStreams = 100;                 // at once
  static constexpr std::int32_t kWindowBytes = 1 << 20;          // of a stream, and of all
  static constexpr std::size_t kMaxFieldBytes = 16U << 10;       // of a request
  static constexpr std::size_t kMaxFieldBlockBytes = 64U << 10;  // as sent, in all its frames

  // What a request is answered with. Names of fields are in lower case.
  struct Reply {
    int status = 200;
    Fields fields = {};
    std::string body = {};
    Fields trailers = {};  // behind a body that is not empty
  };

  // Throws std::runtime_error if there is no libnghttp2.
  Session(StreamEvents& events, Time now);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // What came from the client, from its preface on. False if the connection is of no use any more:
  // the client broke the protocol, or sent too many frames that bring nothing.
  bool receive(std::string_view bytes, Time now);
  // Appends what is to be sent, a few frames at a time; nothing if there is nothing now.
  void take(std::string& into);

  // Once for each stream that was opened; does nothing if it is closed. A client that is still
  // sending is told to stop.
  void answer(std::int32_t stream, Reply reply);
  // The client may send as many bytes more: on any stream, and on this one.
  void consumed(std::size_t bytes);
  void consumed(std::int32_t stream, std::size_t bytes);
  // Tells the client that streams which it opens from now on are not answered (GOAWAY).
  void goAway();

  // Whether nothing is left to be received or sent.
  bool finished() const;
  // Whether the client is within its preface or the fields of a request.
  bool withinHead() const { return !settled_ || blockBytes_ > 0; }

 private:
  struct Callbacks;
  struct Incoming {
    Fields fields;
    std::size_t bytes = 0;
  };
  struct Outgoing {
    std::string body;
    std::size_t sent = 0;
    Fields trailers;
  };

  void begin(std::int32_t stream);
  void spendFrame();

  StreamEvents& events_;
  FrameBudget budget_;
  Time now_;  // of the last receive()
  bool settled_ = false;
  bool flooded_ = false;
  std::size_t blockBytes_ = 0;  // received since a request's fields began, 0 if none are on the way
  std::int32_t blockStream_ = 0;
  std::map<std::int32_t, Incoming> incoming_;
  std::map<std::int32_t, Outgoing> outgoing_;
  std::unique_ptr<nghttp2_session, void (*)(nghttp2_session*)> session_;
};

}  // namespace orchestrator_exporter::http::h2
