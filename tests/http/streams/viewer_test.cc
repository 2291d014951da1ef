#include "http/streams/viewer.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http {
namespace {

using std::chrono::seconds;

Channel::Message message(const std::string& text, bool replaceable = false) {
  return {std::make_shared<const std::string>(text), replaceable};
}

std::string takeAll(Viewer& viewer, Viewer::Time now) {
  std::string taken;
  while (!viewer.unsent().empty()) {
    taken += viewer.unsent();
    viewer.advance(viewer.unsent().size(), now);
  }
  return taken;
}

// A text as a client sends it, masked with zeros.
std::string text(std::string_view payload) {
  std::string bytes = {'\x81', static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
  return bytes + std::string(payload);
}

class ViewerOf : public testing::Test {
 protected:
  static std::optional<seconds> askedFor(std::string_view asked) {
    if (asked == "slowly") return seconds(10);
    return std::nullopt;
  }

  const Viewer::Time now_{seconds(1000)};
  std::shared_ptr<Channel> events_ = std::make_shared<Channel>(Channel::Kind::kEvents);
  std::shared_ptr<Channel> socket_ = std::make_shared<Channel>(Channel::Kind::kWebSocket, askedFor);
};

TEST_F(ViewerOf, AChannelIsCounted) {
  EXPECT_EQ(events_->viewers(), 0U);
  {
    const Viewer one(events_, now_);
    const Viewer other(events_, now_);
    EXPECT_EQ(events_->viewers(), 2U);
  }
  EXPECT_EQ(events_->viewers(), 0U);
}

TEST_F(ViewerOf, AChannelGetsWhatIsSentInItsOrder) {
  Viewer viewer(events_, now_);
  viewer.push(message("a"), now_);
  viewer.push(message("b"), now_);
  EXPECT_EQ(takeAll(viewer, now_), "ab");
}

TEST_F(ViewerOf, AChannelThatIsSlowGetsTheNewestOfWhatMayBeReplaced) {
  Viewer viewer(events_, now_);
  viewer.push(message("begun", true), now_);
  EXPECT_EQ(viewer.unsent(), "begun");
  viewer.advance(2, now_);
  viewer.push(message("old", true), now_);
  viewer.push(message("alert"), now_);
  viewer.push(message("new", true), now_);
  EXPECT_EQ(takeAll(viewer, now_), "gunalertnew");
}

TEST_F(ViewerOf, AChannelEndsIfItTakesNothingForTooLong) {
  Viewer viewer(events_, now_);
  EXPECT_EQ(viewer.deadline(), std::nullopt) << "server-sent events are silent both ways";
  viewer.push(message("a"), now_ + seconds(100));
  EXPECT_FALSE(viewer.unsent().empty());
  EXPECT_EQ(viewer.deadline(), now_ + seconds(130));
}

TEST_F(ViewerOf, AChannelEndsIfMoreWaitsThanMayBeLost) {
  Viewer viewer(socket_, now_);
  for (std::size_t i = 0; i <= Viewer::kMostWaiting; ++i) viewer.push(message("alert"), now_);
  EXPECT_TRUE(viewer.isOver());
  EXPECT_EQ(takeAll(viewer, now_), websocket::closeFrame(websocket::CloseCode::kPolicyViolation));
}

TEST_F(ViewerOf, AWebSocketMayAskForLess) {
  Viewer viewer(socket_, now_);
  viewer.hear(text("slowly"), now_);
  viewer.push(message("1", true), now_);
  viewer.push(message("2", true), now_ + seconds(5));
  EXPECT_EQ(takeAll(viewer, now_), "1");
  viewer.push(message("3", true), now_ + seconds(10));
  EXPECT_EQ(takeAll(viewer, now_), "3");
}

TEST_F(ViewerOf, AWebSocketIsClosedForATextThatMakesNoSense) {
  Viewer viewer(socket_, now_);
  viewer.hear(text("?"), now_);
  EXPECT_TRUE(viewer.isOver());
  EXPECT_EQ(takeAll(viewer, now_), websocket::closeFrame(websocket::CloseCode::kPolicyViolation));
}

TEST_F(ViewerOf, AWebSocketAnswersPings) {
  Viewer viewer(socket_, now_);
  viewer.hear(std::string("\x89\x82\0\0\0\0hi", 8), now_);
  EXPECT_EQ(takeAll(viewer, now_), websocket::frame(websocket::Opcode::kPong, "hi"));
}

TEST_F(ViewerOf, AWebSocketThatIsSilentEnds) {
  Viewer viewer(socket_, now_);
  EXPECT_EQ(viewer.deadline(), now_ + seconds(60));
  viewer.hear(std::string("\x8a\x80\0\0\0\0", 6), now_ + seconds(20));
  EXPECT_EQ(viewer.deadline(), now_ + seconds(80));
}

TEST_F(ViewerOf, AServerThatGoesSaysSo) {
  Viewer viewer(socket_, now_);
  viewer.push(message("a", true), now_);
  viewer.leave();
  EXPECT_TRUE(viewer.isOver());
  EXPECT_EQ(takeAll(viewer, now_), websocket::closeFrame(websocket::CloseCode::kGoingAway));
}

}  // namespace
}  // namespace orchestrator_exporter::http
