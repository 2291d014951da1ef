#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/front/client.h"
#include "http/front/h2/session.h"

namespace orchestrator_exporter::http::grpc {

// A connection that speaks HTTP/2, for unary calls of gRPC. A call is a POST to a route that takes
// calls, its body the message behind its prefix; the endpoint's answer becomes the answer's message
// if its status is 200, else grpc-status and grpc-message by statusOf() and its text. What is no
// call is answered with 415.
class CallConnection final : public Client, private h2::StreamEvents {
 public:
  // How long a connection without a call is kept.
  static constexpr std::chrono::minutes kIdle{5};

  // Goes on with a connection whose first bytes are the preface. Throws std::runtime_error if there
  // is no libnghttp2.
  CallConnection(std::uint64_t id, Released begun, Peer peer, ClientHost& host);
  ~CallConnection() override;

  void deadlinePassed() override;
  void drain() override;
  std::optional<Carried> carry(StreamId stream) override;
  void finish(StreamId stream, Outcome outcome) override;
  void refuse(StreamId stream, const Response& response) override;
  void decided(StreamId stream, Admission admission) override;

 private:
  enum class Phase : std::uint8_t {
    kDeciding,  // the gate does
    kArriving,  // its message
    kWaiting,   // for a worker, or for the worker's answer
    kAnswered,  // and not sent yet
  };
  struct Call {
    RequestHead head;
    Phase phase = Phase::kDeciding;
    bool isCall = true;    // and no other request
    bool whole = false;    // the client sends no more
    std::size_t most = 0;  // bytes of the body
    std::string body = {};
    Fields more = {};  // fields that the gate adds to the answer
    Time begun = {};
    Time bodyBegun = {};
    Time silentSince = {};
  };

  void run() override;
  void read();
  void send();
  void update();
  std::optional<Time> arrivalDeadline(const Call& call) const;
  Call* find(StreamId stream);

  void opened(std::int32_t stream, Fields fields) override;
  void fieldsTooLarge(std::int32_t stream) override;
  void arrived(std::int32_t stream, std::string_view bytes) override;
  void whole(std::int32_t stream) override;
  void closed(std::int32_t stream) override;

  void admit(StreamId stream, Call& call, const Admission& admission);
  void enqueueIfWhole(StreamId stream, Call& call);
  void refuseWith(StreamId stream, Call& call, int status, std::string_view reason);
  void answer(StreamId stream, Call& call, const Response& response);
  void giveBackBody(Call& call);

  std::map<StreamId, Call> calls_;
  std::string received_;
  std::string outgoing_;  // and not sent yet
  std::size_t sent_ = 0;  // of outgoing_
  bool running_ = false;
  bool broken_ = false;  // by the client; ends once what there is to say is sent
  bool draining_ = false;
  Time idleSince_;
  std::optional<Time> headSince_;  // the client is within its preface or a head
  std::optional<Time> sendSince_;  // something waits to be taken by the client
  h2::Session session_;
};

}  // namespace orchestrator_exporter::http::grpc
