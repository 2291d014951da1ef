#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/notifications/notification.h"
#include "metrics/notifications/texts/message_templates.h"

namespace orchestrator_exporter::http::notify {

// What became of one try.
struct Outcome {
  enum class Kind : std::uint8_t { kSent, kAgain, kFailed };

  Kind kind = Kind::kSent;
  int status = 0;          // of HTTP or SMTP; 0 without an answer
  std::string error = {};  // without a secret
  // How long the receiver wants to be left alone.
  std::optional<std::chrono::milliseconds> pause = std::nullopt;
};

// So many tries in so long at most.
struct Rate {
  std::size_t count = 1;
  std::chrono::milliseconds period{1000};
};

// What messages of all channels share.
struct MessageStyle {
  std::shared_ptr<const notifications::MessageTemplates> templates;
  std::string externalUrl = {};
};

// One way to tell one receiver. For one thread at a time, but for cancel().
class Channel {
 public:
  virtual ~Channel() = default;

  // Comes back once the receiver has answered, or did not in time. Does not throw.
  virtual Outcome send(const notifications::Notification& notification) = 0;
  // Ends the try under way at once, and all to come. From any thread.
  virtual void cancel() {}
  virtual std::vector<Rate> rates() const { return {}; }
};

// Fills in texts of a message. A text that fails is written by the one that is there by default,
// or, without such, is empty; what went wrong is told by errors().
class TextFiller {
 public:
  TextFiller(const MessageStyle& style, const notifications::MessageData& data)
      : style_(style), data_(data) {}

  std::string fill(const std::string& text, const std::string& otherwise = {});
  std::string fillHtml(const std::string& text, const std::string& otherwise);
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  template <typename Expand>
  std::string filled(const std::string& text, const std::string& otherwise, Expand expand);

  const MessageStyle& style_;
  const notifications::MessageData& data_;
  std::vector<std::string> errors_;
};

// `& < >` as Slack wants them in its markup.
std::string escapedForSlack(std::string_view text);

// The text with at most so many characters (code points), the last of which is … if it was cut.
std::string cut(std::string_view text, std::size_t characters);

}  // namespace orchestrator_exporter::http::notify
