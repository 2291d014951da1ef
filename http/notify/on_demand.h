#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "http/client/requester.h"
#include "http/notify/channel.h"

namespace orchestrator_exporter::http::notify {

// The client of a channel, which is made with the first try, so that nothing is loaded before.
template <typename Client, typename Settings>
class OnDemand {
 public:
  explicit OnDemand(Settings settings) : settings_(std::move(settings)) {}

  // Ends the try under way at once, and all to come. From any thread.
  void cancel() {
    const std::lock_guard lock(mutex_);
    isCancelled_ = true;
    if (client_) client_->cancel();
  }

  // What send(client) says, or what its failure means. For one thread at a time.
  template <typename Send>
  Outcome attempt(Send send) {
    try {
      return send(client());
    } catch (const ClientError& error) {
      const bool isHopeless = error.kind() == ClientError::Kind::kInvalid;
      return {isHopeless ? Outcome::Kind::kFailed : Outcome::Kind::kAgain, 0, error.what()};
    } catch (const std::exception& error) {
      return {Outcome::Kind::kFailed, 0, error.what()};
    }
  }

 private:
  Client& client() {
    const std::lock_guard lock(mutex_);
    if (!client_) client_ = std::make_unique<Client>(settings_);
    if (isCancelled_) client_->cancel();
    return *client_;
  }

  const Settings settings_;
  std::mutex mutex_;  // guards what follows
  std::unique_ptr<Client> client_;
  bool isCancelled_ = false;
};

}  // namespace orchestrator_exporter::http::notify
