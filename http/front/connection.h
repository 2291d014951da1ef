#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "http/front/client.h"
#include "http/front/listening.h"
#include "http/front/parsing/chunked_body.h"
#include "http/front/parsing/request_head.h"

namespace orchestrator_exporter::http {

// A connection that speaks HTTP/1: reads heads and bodies, sends what is left of
// answers, one request after the other. Never waits; whoever is slow meets a deadline.
class Connection final : public Client {
 public:
  Connection(std::uint64_t id, std::unique_ptr<Transport> transport, Peer peer, ClientHost& host);
  ~Connection() override;

  void deadlinePassed() override;
  void drain() override;
  Released release() override;
  std::optional<Carried> carry(StreamId stream) override;
  void finish(StreamId stream, Outcome outcome) override;
  void refuse(StreamId stream, const Response& response) override;
  void decided(StreamId stream, Admission admission) override;
  const Channel* channel() const override;
  void push(const Channel::Message& message) override;

 private:
  enum class Progress : std::uint8_t { kOn, kStop };

  void run() override;
  void ending() override;
  Progress handshake();
  Progress readHead();
  Progress admit(const Admission& admission);
  Progress readBody();
  Progress enqueue();
  Progress drainAnswer();
  Progress throwAway();
  Progress stream();
  void join(const std::shared_ptr<Channel>& channel);
  void begin(std::unique_ptr<Answer> answer);
  void begin(const Response& response, bool keepAlive);
  void refuseWith(int status, const std::string& reason, Fields headers = {});
  void refuseMalformed(const HttpError& error);
  void answerSent();
  void giveBackBody();

  bool counted_ = false;    // the answer, among the unsent ones
  bool consumed_ = false;   // the whole request was read
  bool lingering_ = false;  // the answer is out, what still comes is thrown away
  bool running_ = false;    // run() is at work
  std::string received_;    // and not consumed yet
  std::uint64_t requests_ = 0;
  std::optional<RequestHead> head_;
  Time begun_;  // of the request
  std::optional<ChunkedBody> chunks_;
  std::string body_;
  Time bodyBegun_;
  Fields more_;  // fields that the gate adds to the answer
  std::unique_ptr<Answer> answer_;
  std::unique_ptr<Listening> listening_;
  std::size_t thrownAway_ = 0;
  CloseReason reason_ = CloseReason::kNone;
};

}  // namespace orchestrator_exporter::http
