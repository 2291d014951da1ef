#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "http/front/parsing/request_head.h"
#include "tests/fuzz/request_head_invariants.h"
#include "tests/http/front/parsing/request_heads.h"

// How the bytes of a request come makes no difference, and no bytes do harm.
namespace orchestrator_exporter::http {
namespace {

using test::HeadOutcome;
using test::headOutcome;

// Reads as a server does that gets one byte after the other, until it knows.
HeadOutcome outcomeByteByByte(std::string_view bytes) {
  HeadOutcome outcome;
  for (std::size_t size = 0; size <= bytes.size() && !outcome.settled(); ++size) {
    outcome = headOutcome(bytes.substr(0, size));
  }
  return outcome;
}

TEST(RequestArrival, ByteByByteGivesTheSameHead) {
  for (const std::string& head : test::rightHeads()) {
    EXPECT_TRUE(headOutcome(head).head) << head;
    EXPECT_EQ(outcomeByteByByte(head), headOutcome(head)) << head;
  }
}

TEST(RequestArrival, ByteByByteGivesTheSameRefusal) {
  for (const test::RefusedHead& refused : test::refusedHeads()) {
    EXPECT_EQ(outcomeByteByByte(refused.head), headOutcome(refused.head)) << refused.name;
  }
}

TEST(RequestArrival, NothingThatFollowsMendsARefusedHead) {
  for (const test::RefusedHead& refused : test::refusedHeads()) {
    const HeadOutcome whole = headOutcome(refused.head);
    for (const std::string& more : {std::string("\r\n\r\n"), test::headWith("")}) {
      EXPECT_EQ(headOutcome(refused.head + more), whole) << refused.name;
    }
  }
}

TEST(RequestArrival, EveryPartOfARightHeadIsAwaitedToItsEnd) {
  for (const std::string& bytes : test::rightHeads()) {
    const std::size_t size = headOutcome(bytes).head.value().bytes;
    for (std::size_t cut = 0; cut < size; ++cut) {
      EXPECT_EQ(headOutcome(std::string_view(bytes).substr(0, cut)), HeadOutcome{}) << bytes << cut;
    }
  }
}

// Makes heads that are nearly right: some changes to right and refused ones. The same ones in each
// run.
class NearlyRightHeads {
 public:
  std::string next() {
    std::string head = anyOf(originals_);
    if (head.size() > 1000) head.resize(1000);
    for (std::size_t changes = below(4); changes > 0; --changes) change(head);
    return head;
  }

  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

 private:
  template <typename T>
  const T& anyOf(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

  static std::vector<std::string> originals() {
    std::vector<std::string> all = test::rightHeads();
    for (const test::RefusedHead& refused : test::refusedHeads()) all.push_back(refused.head);
    return all;
  }

  void change(std::string& head) {
    using namespace std::string_literals;
    static const std::vector<std::string> kPieces = {"\r\n",
                                                     "\r",
                                                     "\n",
                                                     " ",
                                                     "\t",
                                                     ":",
                                                     ",",
                                                     "/",
                                                     "*",
                                                     "0",
                                                     "\0"s,
                                                     "\x7F",
                                                     "\x80",
                                                     "\r\n\r\n",
                                                     "http://b",
                                                     "[::1]",
                                                     "HTTP/1.0",
                                                     "Host: b\r\n",
                                                     "Content-Length: 5\r\n",
                                                     "Transfer-Encoding: chunked\r\n",
                                                     "Expect: 100-continue\r\n",
                                                     "Connection: close\r\n"};
    const std::size_t at = below(head.size() + 1);
    const std::size_t count = below(std::min<std::size_t>(head.size() - at, 20) + 1);
    switch (below(6)) {
      case 0:
        head.insert(at, anyOf(kPieces));
        break;
      case 1:
        head.replace(at, count, anyOf(kPieces));
        break;
      case 2:
        head.erase(at, count);
        break;
      case 3:
        head.insert(at, head.substr(at, count));
        break;
      case 4:
        head.resize(at);
        break;
      default:
        if (at < head.size()) head[at] = static_cast<char>(random_());
        break;
    }
  }

  std::mt19937 random_{9112};
  const std::vector<std::string> originals_ = originals();
};

TEST(RequestArrival, KeepsItsPromisesForHeadsThatAreNearlyRight) {
  NearlyRightHeads heads;
  int right = 0;
  int refused = 0;
  for (int round = 0; round < 30'000; ++round) {
    const std::string head = heads.next();
    const std::size_t size = head.size() + 1;
    ASSERT_EQ(test::brokenPromise(head, {heads.below(size), heads.below(size)}), std::nullopt)
        << testing::PrintToString(head);
    const HeadOutcome outcome = headOutcome(head);
    right += outcome.head ? 1 : 0;
    refused += outcome.status > 0 ? 1 : 0;
  }
  // The changes are worth something only if they leave some heads right.
  EXPECT_GT(right, 1'000);
  EXPECT_GT(refused, 10'000);
}

}  // namespace
}  // namespace orchestrator_exporter::http
