#pragma once

#include <memory>
#include <string_view>

#include "http/front/transport.h"
#include "http/streams/viewer.h"

namespace orchestrator_exporter::http {

// A viewer of a channel on its transport, which must outlive it.
class Listening {
 public:
  using Time = Viewer::Time;

  Listening(const std::shared_ptr<Channel>& channel, Transport& transport, Time now);

  Viewer& viewer() { return viewer_; }
  // Sends what the socket takes; `writable` is false once it takes no more. False if the connection
  // is to be ended: it is broken, or all is said.
  bool send(bool& writable, Time now);

 private:
  Transport& transport_;
  Viewer viewer_;
};

}  // namespace orchestrator_exporter::http
