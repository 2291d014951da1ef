#include "http/grpc/reply.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

#include "http/grpc/message.h"
#include "http/grpc/status.h"

namespace orchestrator_exporter::http::grpc {
namespace {

std::string lowered(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::string textOf(Status status) { return std::to_string(static_cast<int>(status)); }

}  // namespace

h2::Session::Reply replyOf(const Response& response, const Fields& more) {
  h2::Session::Reply reply;
  reply.fields = {{"content-type", "application/grpc"}, {"grpc-accept-encoding", "identity,gzip"}};
  for (const auto& [name, value] : more) reply.fields.emplace_back(lowered(name), value);
  const Status status = statusOf(response.status);
  if (status == Status::kOk) {
    reply.body = framed(response.body);
    reply.trailers = {{"grpc-status", textOf(status)}};
    return reply;
  }
  reply.fields.emplace_back("grpc-status", textOf(status));
  std::string_view reason = response.body;
  if (reason.ends_with('\n')) reason.remove_suffix(1);
  reply.fields.emplace_back("grpc-message", percentEncoded(reason));
  return reply;
}

h2::Session::Reply plainReply(const Response& response) {
  h2::Session::Reply reply;
  reply.status = response.status;
  reply.fields = {{"content-type", response.contentType},
                  {"content-length", std::to_string(response.body.size())}};
  reply.body = response.body;
  return reply;
}

}  // namespace orchestrator_exporter::http::grpc
