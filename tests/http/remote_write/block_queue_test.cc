#include "http/remote_write/queue/block_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "http/remote_write/queue/record.h"
#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::remote_write {
namespace {

using orchestrator_exporter::test::TemporaryDirectory;
using testing::ElementsAre;
using testing::IsEmpty;

Block block(const std::string& bytes, std::int64_t time = 0) {
  return {.time = time, .amounts = {.samples = 1}, .bytes = bytes};
}

// Everything that waits, in its order; all of it is taken out.
std::vector<std::string> drained(BlockQueue& queue) {
  std::vector<std::string> all;
  while (const auto one = queue.front()) {
    all.push_back(one->bytes);
    queue.pop(one);
  }
  return all;
}

std::vector<std::filesystem::path> segmentsOf(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".segment") all.push_back(entry.path());
  }
  std::ranges::sort(all);
  return all;
}

// Of a queue in its own directory of a test.
class RemoteWriteQueue : public testing::Test {
 protected:
  QueueSettings settings() const {
    return {.directory = temporary_.path() / "queue",
            .freeShare = [](const std::filesystem::path&) { return 1.0; }};
  }
  const TemporaryDirectory temporary_;
};

TEST_F(RemoteWriteQueue, GivesBlocksInTheirOrder) {
  for (const bool onDisk : {true, false}) {
    BlockQueue queue(onDisk ? settings() : QueueSettings{});
    for (const char* bytes : {"a", "b", "c"}) queue.append(block(bytes, 7));
    EXPECT_EQ(queue.figures().waiting.samples, 3u);
    EXPECT_EQ(queue.front()->time, 7);
    EXPECT_EQ(queue.figures().oldestTime, 7);
    EXPECT_THAT(drained(queue), ElementsAre("a", "b", "c"));
    EXPECT_EQ(queue.figures().waiting.blocks, 0u);
    EXPECT_EQ(queue.figures().waiting.bytes, 0u);
  }
}

TEST_F(RemoteWriteQueue, KeepsWhatIsNotTakenOutForTheNextProcess) {
  Block whole{.time = -5,
              .amounts = {1, 2, 3},
              .protocol = Protocol::kV2,
              .bytes = std::string("\0\xff", 2)};
  {
    BlockQueue queue(settings());
    queue.append(block("a"));
    queue.append(whole);
    queue.pop(queue.front());
  }
  BlockQueue queue(settings());
  queue.append(block("c"));
  EXPECT_EQ(queue.figures().waiting.blocks, 2u);
  const auto front = queue.front();
  EXPECT_EQ(front->time, whole.time);
  EXPECT_EQ(front->amounts, whole.amounts);
  EXPECT_EQ(front->protocol, whole.protocol);
  EXPECT_EQ(front->bytes, whole.bytes);
  EXPECT_THAT(drained(queue), ElementsAre(whole.bytes, "c"));
}

TEST_F(RemoteWriteQueue, LeavesNoFilesOfWhatIsTakenOut) {
  for (int i = 0; i < 3; ++i) {
    BlockQueue queue(settings());
    queue.append(block(std::string(5'000'000, 'x')));
    queue.append(block("a"));
    drained(queue);
  }
  EXPECT_LE(segmentsOf(settings().directory).size(), 2u);
}

TEST_F(RemoteWriteQueue, CutsOffWhatACrashLeftHalfWritten) {
  {
    BlockQueue queue(settings());
    queue.append(block("a"));
    queue.append(block("b"));
  }
  const auto segment = segmentsOf(settings().directory).front();
  const std::string half = record(block("c"));
  for (const std::size_t bytes : {half.size() - 1, std::size_t{31}, std::size_t{1}}) {
    std::ofstream(segment, std::ios::app | std::ios::binary) << half.substr(0, bytes);
    BlockQueue queue(settings());
    EXPECT_EQ(queue.figures().waiting.blocks, 2u);
    EXPECT_EQ(queue.figures().corrupt, 0u);
    EXPECT_EQ(queue.front()->bytes, "a");
  }
}

TEST_F(RemoteWriteQueue, PassesOverTheRestOfASegmentThatIsDamaged) {
  {
    BlockQueue queue(settings());
    for (const char* bytes : {"aaaa", "bbbb", "cccc"}) queue.append(block(bytes));
  }
  const auto segment = segmentsOf(settings().directory).front();
  std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(record(block("aaaa")).size() + RecordHead::kBytes));
  file << "X";
  file.close();
  BlockQueue queue(settings());
  queue.append(block("d"));
  EXPECT_THAT(drained(queue), ElementsAre("aaaa", "d"));
  EXPECT_EQ(queue.figures().corrupt, 1u);
  EXPECT_EQ(queue.figures().waiting.blocks, 0u);
}

TEST_F(RemoteWriteQueue, TakesAnyBytesForAQueueThatIsDamaged) {
  std::filesystem::create_directories(settings().directory);
  for (const std::string& garbage :
       {std::string(100, '\xff'), std::string(100, '\0'), std::string("\x05\0\0\0", 4)}) {
    std::ofstream(settings().directory / "0000000001.segment", std::ios::binary) << garbage;
    std::ofstream(settings().directory / "position") << garbage;
    BlockQueue queue(settings());
    queue.append(block("a"));
    EXPECT_THAT(drained(queue), testing::Contains("a"));
  }
}

TEST_F(RemoteWriteQueue, DropsTheOldestIfThereIsTooMuch) {
  QueueSettings small = settings();
  small.maxDiskBytes = 4000;
  BlockQueue queue(small);
  for (char c = 'a'; c <= 'j'; ++c) queue.append(block(std::string(968, c)));  // 1000 with its head
  const BlockQueue::Figures figures = queue.figures();
  EXPECT_LE(figures.waiting.bytes, 4000u);
  EXPECT_EQ(figures.waiting.blocks + figures.dropped.blocks, 10u);
  EXPECT_EQ(figures.dropped.samples, figures.dropped.blocks);
  const std::vector<std::string> left = drained(queue);
  EXPECT_EQ(left.size(), figures.waiting.blocks);
  EXPECT_EQ(left.back().front(), 'j');
  EXPECT_TRUE(std::ranges::is_sorted(left));
}

TEST_F(RemoteWriteQueue, DropsTheOldestInMemoryToo) {
  BlockQueue queue({.maxMemoryBytes = 3000});
  for (char c = 'a'; c <= 'e'; ++c) queue.append(block(std::string(968, c)));
  EXPECT_EQ(queue.figures().dropped.blocks, 2u);
  EXPECT_EQ(queue.front()->bytes.front(), 'c');
}

TEST_F(RemoteWriteQueue, TakesNothingOutThatIsGoneAlready) {
  BlockQueue queue({.maxMemoryBytes = 1000});
  queue.append(block(std::string(968, 'a')));
  const auto sent = queue.front();
  queue.append(block(std::string(968, 'b')));
  queue.pop(sent);
  EXPECT_EQ(queue.front()->bytes.front(), 'b');
}

TEST_F(RemoteWriteQueue, KeepsBlocksInMemoryWhileTheDiskIsFull) {
  double free = 1;
  std::vector<std::string> told;
  QueueSettings full = settings();
  full.freeShare = [&](const std::filesystem::path&) { return free; };
  full.log = [&](bool isFault, const std::string&) { told.push_back(isFault ? "fault" : "fine"); };
  {
    BlockQueue queue(full);
    queue.append(block("a"));
    free = 0.04;
    queue.append(block("b"));
    queue.append(block("c"));
    EXPECT_EQ(queue.front()->bytes, "a");
    queue.pop(queue.front());
    // On its way from memory when the disk has room again.
    const auto sent = queue.front();
    EXPECT_EQ(sent->bytes, "b");
    free = 0.5;
    queue.append(block("d"));
    EXPECT_EQ(queue.front(), sent);
    queue.pop(sent);
  }
  BlockQueue queue(settings());
  EXPECT_THAT(drained(queue), ElementsAre("c", "d"));
  EXPECT_THAT(told, ElementsAre("fault", "fine"));
}

TEST_F(RemoteWriteQueue, IsForOneProcess) {
  const BlockQueue queue(settings());
  EXPECT_THROW(BlockQueue{settings()}, std::runtime_error);
}

TEST_F(RemoteWriteQueue, CannotBeWhereNoDirectoryCanBe) {
  std::ofstream(settings().directory) << "a file";
  EXPECT_THROW(BlockQueue{settings()}, std::runtime_error);
}

TEST_F(RemoteWriteQueue, WakesWhoWaitsForABlock) {
  BlockQueue queue(settings());
  EXPECT_FALSE(queue.wait(std::chrono::steady_clock::now()));
  queue.wake();
  EXPECT_FALSE(queue.wait(std::chrono::steady_clock::now() + std::chrono::hours(1)));
  std::thread other([&] { queue.append(block("a")); });
  EXPECT_TRUE(queue.wait(std::chrono::steady_clock::now() + std::chrono::hours(1)));
  other.join();
}

}  // namespace
}  // namespace orchestrator_exporter::remote_write
