#include "http/front/loop/mailbox.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <cstdint>

namespace orchestrator_exporter::http {
namespace {

// A thread that waits for its mailbox.
class Owner {
 public:
  // Whether it would wake; once for each time that it is woken.
  bool isWoken() {
    pollfd polled{mailbox.descriptor(), POLLIN, 0};
    if (::poll(&polled, 1, 0) != 1) return false;
    std::uint64_t count = 0;
    return ::read(mailbox.descriptor(), &count, sizeof count) == sizeof count;
  }
  void post() {
    mailbox.post([this] { ++done; });
  }
  void leave() {
    mailbox.leave([this] { ++done; });
  }

  Mailbox mailbox;
  int done = 0;
};

TEST(Mailbox, WakesItsOwnerOnceForWorkThatComesBeforeTheNextRun) {
  Owner owner;
  owner.post();
  EXPECT_TRUE(owner.isWoken());
  owner.post();
  EXPECT_FALSE(owner.isWoken());
  owner.mailbox.run();
  EXPECT_EQ(owner.done, 2);
  owner.post();
  EXPECT_TRUE(owner.isWoken());
}

TEST(Mailbox, LeavesWorkThatCanWait) {
  Owner owner;
  owner.leave();
  EXPECT_FALSE(owner.isWoken());
  owner.post();
  EXPECT_TRUE(owner.isWoken());
  owner.mailbox.run();
  EXPECT_EQ(owner.done, 2);
}

TEST(Mailbox, WakesForWorkThatWasLeftBeforeAHurry) {
  Owner owner;
  owner.leave();
  owner.mailbox.hurry();
  EXPECT_TRUE(owner.isWoken());
  owner.mailbox.hurry();
  EXPECT_FALSE(owner.isWoken());
}

TEST(Mailbox, WakesForWorkThatIsLeftInAHurryWhichARunEnds) {
  Owner owner;
  owner.mailbox.hurry();
  EXPECT_FALSE(owner.isWoken());
  owner.leave();
  EXPECT_TRUE(owner.isWoken());
  owner.mailbox.run();
  owner.leave();
  EXPECT_FALSE(owner.isWoken());
}

}  // namespace
}  // namespace orchestrator_exporter::http
