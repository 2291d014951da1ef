#include "http/front/h2/session.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>
#include <utility>
#include <vector>

#include "http/front/h2/nghttp2.h"

namespace orchestrator_exporter::http::h2 {
namespace {

constexpr std::size_t kTakenAtOnce = 64U << 10;

std::uint8_t* bytesOf(const std::string& text) {
  // The library does not write to them.
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

std::string textOf(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// Points into the fields.
std::vector<nghttp2_nv> valuesOf(const Fields& fields) {
  std::vector<nghttp2_nv> values;
  values.reserve(fields.size());
  for (const auto& [name, value] : fields) {
    values.push_back(
        {bytesOf(name), bytesOf(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return values;
}

// DATA without a byte and without an end.
bool isEmptyData(const nghttp2_frame& frame) {
  return frame.hd.type == NGHTTP2_DATA && frame.hd.length <= frame.data.padlen &&
         (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0;
}

void checked(int result) {
  if (result != 0) throw std::runtime_error("libnghttp2: no memory");
}

}  // namespace

// What the library calls. No exception may pass through it.
struct Session::Callbacks {
  template <typename Work>
  static int guarded(void* user, Work work) noexcept {
    try {
      work(*static_cast<Session*>(user));
      return 0;
    } catch (...) {
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
  }

  static int beginFrame(nghttp2_session*, const nghttp2_frame_hd* frame, void* user) {
    return guarded(user, [&](Session& self) {
      self.blockBytes_ = 0;
      if (frame->type != NGHTTP2_DATA) self.spendFrame();
    });
  }

  static int beginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded(user, [&](Session& self) {
      self.blockBytes_ = 1;
      self.blockStream_ = frame->hd.stream_id;
      if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) self.incoming_[frame->hd.stream_id] = {};
    });
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t nameSize, const std::uint8_t* value, std::size_t valueSize,
                    std::uint8_t, void* user) {
    return guarded(user, [&](Session& self) {
      const auto found = self.incoming_.find(frame->hd.stream_id);
      if (found == self.incoming_.end()) return;  // a trailer
      Incoming& incoming = found->second;
      constexpr std::size_t kEach = 32;  // as SETTINGS_MAX_HEADER_LIST_SIZE counts
      incoming.bytes += nameSize + valueSize + kEach;
      if (incoming.bytes > kMaxFieldBytes) return incoming.fields.clear();
      incoming.fields.emplace_back(textOf(name, nameSize), textOf(value, valueSize));
    });
  }

  static int frameReceived(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    return guarded(user, [&](Session& self) {
      const std::int32_t stream = frame->hd.stream_id;
      if (frame->hd.type == NGHTTP2_SETTINGS) self.settled_ = true;
      if (isEmptyData(*frame)) self.spendFrame();
      if (frame->hd.type == NGHTTP2_HEADERS) self.begin(stream);
      const bool carries = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
      if (carries && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) self.events_.whole(stream);
    });
  }

  static int dataReceived(nghttp2_session*, std::uint8_t, std::int32_t stream,
                          const std::uint8_t* data, std::size_t size, void* user) {
    return guarded(user, [&](Session& self) {
      self.events_.arrived(stream, {reinterpret_cast<const char*>(data), size});
    });
  }

  static ssize_t body(nghttp2_session* session, std::int32_t stream, std::uint8_t* buffer,
                      std::size_t room, std::uint32_t* flags, nghttp2_data_source* source,
                      void* user) {
    auto& outgoing = *static_cast<Outgoing*>(source->ptr);
    const std::size_t size = std::min(room, outgoing.body.size() - outgoing.sent);
    outgoing.body.copy(reinterpret_cast<char*>(buffer), size, outgoing.sent);
    outgoing.sent += size;
    if (outgoing.sent < outgoing.body.size()) return static_cast<ssize_t>(size);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!outgoing.trailers.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      const int result = guarded(user, [&](Session&) {
        const auto values = valuesOf(outgoing.trailers);
        checked(nghttp2().nghttp2_submit_trailer(session, stream, values.data(), values.size()));
      });
      if (result != 0) return result;
    }
    return static_cast<ssize_t>(size);
  }

  // The answer is out: a client that still sends need not go on.
  static int frameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    const std::int32_t stream = frame->hd.stream_id;
    const bool ends = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                      (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!ends) return 0;
    static_cast<Session*>(user)->budget_.earn();
    if (nghttp2().nghttp2_session_get_stream_remote_close(session, stream) == 0) {
      nghttp2().nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_NO_ERROR);
    }
    return 0;
  }

  static int streamClosed(nghttp2_session*, std::int32_t stream, std::uint32_t, void* user) {
    return guarded(user, [&](Session& self) {
      // Fields that make no request have no other end.
      if (stream == self.blockStream_) self.blockBytes_ = 0;
      self.incoming_.erase(stream);
      self.outgoing_.erase(stream);
      self.events_.closed(stream);
    });
  }

  static nghttp2_session* open(Session& self) {
    const Nghttp2& library = nghttp2();
    nghttp2_session_callbacks* callbacks = nullptr;
    checked(library.nghttp2_session_callbacks_new(&callbacks));
    const std::unique_ptr<nghttp2_session_callbacks,
                          decltype(library.nghttp2_session_callbacks_del)>
        keptCallbacks(callbacks, library.nghttp2_session_callbacks_del);
    library.nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, beginFrame);
    library.nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHeaders);
    library.nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
    library.nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frameReceived);
    library.nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, dataReceived);
    library.nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frameSent);
    library.nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, streamClosed);
    nghttp2_option* option = nullptr;
    checked(library.nghttp2_option_new(&option));
    const std::unique_ptr<nghttp2_option, decltype(library.nghttp2_option_del)> keptOption(
        option, library.nghttp2_option_del);
    library.nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session* session = nullptr;
    checked(library.nghttp2_session_server_new2(&session, callbacks, &self, option));
    return session;
  }
};

Session::Session(StreamEvents& events, Time now)
    : events_(events),
      budget_(now),
      now_(now),
      session_(Callbacks::open(*this), nghttp2().nghttp2_session_del) {
  const std::array<nghttp2_settings_entry, 3> settings = {
      {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kStreams},
       {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindowBytes},
       {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kMaxFieldBytes}}};
  checked(nghttp2().nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings.data(),
                                            settings.size()));
  checked(nghttp2().nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0,
                                                          kWindowBytes));
}

Session::~Session() = default;

// The fields of a request, or its trailers, are there.
void Session::begin(std::int32_t stream) {
  blockBytes_ = 0;
  const auto found = incoming_.find(stream);
  if (found == incoming_.end()) return;
  Incoming incoming = std::move(found->second);
  incoming_.erase(found);
  if (incoming.bytes > kMaxFieldBytes) return events_.fieldsTooLarge(stream);
  events_.opened(stream, std::move(incoming.fields));
}

void Session::spendFrame() {
  if (budget_.spend(now_) || flooded_) return;
  flooded_ = true;
  nghttp2().nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
}

bool Session::receive(std::string_view bytes, Time now) {
  now_ = now;
  const bool within = blockBytes_ > 0;
  const ssize_t read = nghttp2().nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (read < 0 || flooded_) return false;
  // Fields that go on without an end, in as many frames as one likes.
  if (within && blockBytes_ > 0) blockBytes_ += bytes.size();
  return blockBytes_ <= kMaxFieldBlockBytes;
}

void Session::take(std::string& into) {
  while (into.size() < kTakenAtOnce) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2().nghttp2_session_mem_send(session_.get(), &bytes);
    if (size <= 0) return;
    into.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
}

void Session::answer(std::int32_t stream, Reply reply) {
  Fields fields = {{":status", std::to_string(reply.status)}};
  std::move(reply.fields.begin(), reply.fields.end(), std::back_inserter(fields));
  const auto values = valuesOf(fields);
  if (reply.body.empty()) {
    nghttp2().nghttp2_submit_response(session_.get(), stream, values.data(), values.size(),
                                      nullptr);
    return;
  }
  Outgoing& outgoing = outgoing_[stream];
  outgoing = {std::move(reply.body), 0, std::move(reply.trailers)};
  nghttp2_data_provider provider{};
  provider.source.ptr = &outgoing;
  provider.read_callback = Callbacks::body;
  const int result = nghttp2().nghttp2_submit_response(session_.get(), stream, values.data(),
                                                       values.size(), &provider);
  if (result != 0) outgoing_.erase(stream);
}

void Session::consumed(std::size_t bytes) {
  nghttp2().nghttp2_session_consume_connection(session_.get(), bytes);
}

void Session::consumed(std::int32_t stream, std::size_t bytes) {
  nghttp2().nghttp2_session_consume_stream(session_.get(), stream, bytes);
}

void Session::goAway() {
  const std::int32_t last = nghttp2().nghttp2_session_get_last_proc_stream_id(session_.get());
  nghttp2().nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR,
                                  nullptr, 0);
}

bool Session::finished() const {
  return nghttp2().nghttp2_session_want_read(session_.get()) == 0 &&
         nghttp2().nghttp2_session_want_write(session_.get()) == 0;
}

}  // namespace orchestrator_exporter::http::h2
