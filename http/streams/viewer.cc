#include "http/streams/viewer.h"

#include <utility>

namespace orchestrator_exporter::http {

using websocket::CloseCode;
using websocket::Opcode;

Viewer::Viewer(std::shared_ptr<Channel> channel, Time now)
    : channel_(std::move(channel)), progress_(now), heard_(now) {
  channel_->count(1);
}

Viewer::~Viewer() { channel_->count(-1); }

void Viewer::push(const Channel::Message& message, Time now) {
  if (over_) return;
  if (sending_ == nullptr && kept_.empty() && newest_ == nullptr) progress_ = now;
  if (message.replaceable) {
    // A beat comes now and then a little early.
    constexpr std::chrono::milliseconds kEarly(500);
    if (now - lastUpdate_ + kEarly < interval_) return;
    lastUpdate_ = now;
    newest_ = message.bytes;
  } else if (kept_.size() == kMostWaiting) {
    close(CloseCode::kPolicyViolation);
  } else {
    kept_.push_back(message.bytes);
  }
}

void Viewer::hear(std::string_view bytes, Time now) {
  if (channel_->kind() == Channel::Kind::kEvents) return;
  heard_ = now;
  reader_.feed(bytes);
  while (const auto message = reader_.next()) {
    switch (message->opcode) {
      case Opcode::kPing:
        push({std::make_shared<const std::string>(
                 websocket::frame(Opcode::kPong, message->payload))},
             now);
        break;
      case Opcode::kText: {
        const auto interval =
            channel_->asked() ? channel_->asked()(message->payload) : std::nullopt;
        if (!interval) return close(CloseCode::kPolicyViolation);
        interval_ = *interval;
        break;
      }
      case Opcode::kClose:
        return close(CloseCode::kGoingAway);
      default:
        break;
    }
  }
  if (reader_.fault()) close(*reader_.fault());
}

void Viewer::leave() {
  if (!over_) close(CloseCode::kGoingAway);
}

// What was not begun is not sent any more.
void Viewer::close(CloseCode code) {
  over_ = true;
  kept_.clear();
  newest_ = nullptr;
  if (channel_->kind() == Channel::Kind::kWebSocket) {
    kept_.push_back(std::make_shared<const std::string>(websocket::closeFrame(code)));
  }
}

std::string_view Viewer::unsent() {
  if (sending_ == nullptr) {
    sent_ = 0;
    if (!kept_.empty()) {
      sending_ = std::move(kept_.front());
      kept_.pop_front();
    } else {
      sending_ = std::exchange(newest_, nullptr);
    }
    if (sending_ == nullptr) return {};
  }
  return std::string_view(*sending_).substr(sent_);
}

void Viewer::advance(std::size_t bytes, Time now) {
  sent_ += bytes;
  progress_ = now;
  if (sending_ != nullptr && sent_ == sending_->size()) sending_ = nullptr;
}

std::optional<Viewer::Time> Viewer::deadline() const {
  if (sending_ != nullptr || over_) return progress_ + kSlowest;
  if (channel_->kind() == Channel::Kind::kWebSocket) return heard_ + kLongestSilence;
  return std::nullopt;
}

}  // namespace orchestrator_exporter::http
