#pragma once

#include <nghttp2/nghttp2.h>

namespace orchestrator_exporter::http::h2 {

// What is called of libnghttp2 1.52, by the names there.
#define ORCHESTRATOR_EXPORTER_NGHTTP2(function)                        \
  function(nghttp2_option_del);                                        \
  function(nghttp2_option_new);                                        \
  function(nghttp2_option_set_no_auto_window_update);                  \
  function(nghttp2_session_callbacks_del);                             \
  function(nghttp2_session_callbacks_new);                             \
  function(nghttp2_session_callbacks_set_on_begin_frame_callback);     \
  function(nghttp2_session_callbacks_set_on_begin_headers_callback);   \
  function(nghttp2_session_callbacks_set_on_data_chunk_recv_callback); \
  function(nghttp2_session_callbacks_set_on_frame_recv_callback);      \
  function(nghttp2_session_callbacks_set_on_frame_send_callback);      \
  function(nghttp2_session_callbacks_set_on_header_callback);          \
  function(nghttp2_session_callbacks_set_on_stream_close_callback);    \
  function(nghttp2_session_consume_connection);                        \
  function(nghttp2_session_consume_stream);                            \
  function(nghttp2_session_del);                                       \
  function(nghttp2_session_get_last_proc_stream_id);                   \
  function(nghttp2_session_get_stream_remote_close);                   \
  function(nghttp2_session_mem_recv);                                  \
  function(nghttp2_session_mem_send);                                  \
  function(nghttp2_session_server_new2);                               \
  function(nghttp2_session_set_local_window_size);                     \
  function(nghttp2_session_terminate_session);                         \
  function(nghttp2_session_want_read);                                 \
  function(nghttp2_session_want_write);                                \
  function(nghttp2_submit_goaway);                                     \
  function(nghttp2_submit_response);                                   \
  function(nghttp2_submit_rst_stream);                                 \
  function(nghttp2_submit_settings);                                   \
  function(nghttp2_submit_trailer)

struct Nghttp2 {
#define ORCHESTRATOR_EXPORTER_MEMBER(function) decltype(&::function) function
  ORCHESTRATOR_EXPORTER_NGHTTP2(ORCHESTRATOR_EXPORTER_MEMBER);
#undef ORCHESTRATOR_EXPORTER_MEMBER
};

// Loads the library with the first call, since most servers never see HTTP/2. Throws
// std::runtime_error if that fails. Thread-safe.
const Nghttp2& nghttp2();

}  // namespace orchestrator_exporter::http::h2
