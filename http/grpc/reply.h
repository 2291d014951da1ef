#pragma once

#include "http/front/h2/session.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http::grpc {

// What a call is answered with: the body as message if the status is 200, else the status of gRPC
// and the text as its message, alone. `more` are fields besides.
h2::Session::Reply replyOf(const Response& response, const Fields& more);

// What a request is answered with that is no call.
h2::Session::Reply plainReply(const Response& response);

}  // namespace orchestrator_exporter::http::grpc
