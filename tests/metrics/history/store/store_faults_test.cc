#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <random>

#include "metrics/history/store/store.h"
#include "tests/metrics/history/store/stored.h"

namespace orchestrator_exporter::history {

namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using test::Stored;
using test::TemporaryDirectory;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

void execute(const std::filesystem::path& file, const std::string& sql) {
  Database(file, Database::Mode::kReadWrite).execute(sql);
}

void overwrite(const std::filesystem::path& file, std::streamoff from, std::size_t bytes) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(from);
  stream << std::string(bytes, 'x');
}

// While it lives no file of this process may grow beyond so many bytes: a write that would fails.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    before_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit small{bytes, limit_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() {
    setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit limit_{};
  void (*before_)(int);
};

int countOf(const Stored& host) {
  const Selected selected = host.select("g");
  return selected.series.empty() ? 0 : static_cast<int>(selected.series[0].samples->times.size());
}

}  // namespace

TEST(StoreFaults, ASecondProcessGoesOnInMemoryUntilTheFirstIsGone) {
  const TemporaryDirectory directory;
  Stored first(directory.path());
  Stored second(directory.path());
  second.gauge(1);
  EXPECT_EQ(second.samples("g"), "1@0");
  EXPECT_THAT(second.messages,
              ElementsAre("fault: the history is not written to disk: " +
                          directory.path().string() + ": " + "another process holds it"));
  EXPECT_FALSE(second.store().figures().up);
  first.stop();
  second.pass(seconds(15));
  second.gauge(2);
  EXPECT_EQ(second.messages.back(), "the history is written to disk again; readings lost: 1");
  EXPECT_EQ(second.store().figures().written, 1u);
  EXPECT_EQ(second.samples("g"), "1@0 2@15");
}

TEST(StoreFaults, AFileOfANewerVersionIsLeftAlone) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauge(1);
  host.stop();
  execute(host.file(), "PRAGMA user_version=99");
  host.start();
  host.pass(seconds(15));
  host.gauge(2);
  EXPECT_THAT(host.messages, ElementsAre(HasSubstr("its schema has version 99, and this program "
                                                   "knows versions up to 4")));
  EXPECT_EQ(host.samples("g"), "2@15");
}

TEST(StoreFaults, TheDatabaseOfAnotherProgramIsLeftAlone) {
  const TemporaryDirectory directory;
  {
    Database(directory.path() / "history.db", Database::Mode::kCreate).execute("CREATE TABLE t(x)");
  }
  const Stored host(directory.path());
  EXPECT_THAT(host.messages, ElementsAre(HasSubstr("the database of another program")));
}

TEST(StoreFaults, AFileThatIsNoDatabaseIsLeftAloneUntilItIsGone) {
  const TemporaryDirectory directory;
  overwrite(directory.path() / "lock", 0, 0);
  std::ofstream(directory.path() / "history.db") << std::string(10'000, 'x');
  Stored host(directory.path());
  host.gauge(1);
  EXPECT_THAT(host.messages, ElementsAre(HasSubstr("file is not a database")));
  EXPECT_EQ(std::filesystem::file_size(host.file()), 10'000u);
  std::filesystem::remove(host.file());
  host.pass(seconds(15));
  host.gauge(2);
  EXPECT_THAT(host.messages.back(), HasSubstr("again"));
  host.restart();
  EXPECT_EQ(host.samples("g"), "2@15");
}

TEST(StoreFaults, ADirectoryThatCannotBeIsTold) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "x";
  Stored host(directory.path() / "file" / "state");
  host.gauge(1);
  EXPECT_THAT(host.messages, ElementsAre(HasSubstr("Not a directory")));
  EXPECT_EQ(host.samples("g"), "1@0");
}

TEST(StoreFaults, ADamagedChunkIsLeftOutAndCounted) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(0, 48, minutes(10));
  host.stop();
  execute(host.file(),
          "UPDATE chunks SET data=zeroblob(length(data)) WHERE id >> 32 = (SELECT min(id) FROM "
          "blocks)");
  host.start();
  EXPECT_THAT(host.samples("g"), StartsWith("12@7200 13@7800 "));
  EXPECT_EQ(host.store().figures().damaged, 1u);
  EXPECT_THAT(host.messages, IsEmpty());
}

TEST(StoreFaults, DamagedPagesDisturbNobody) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauges(0, 48, minutes(10));
  host.stop();
  const auto size = std::filesystem::file_size(host.file());
  overwrite(host.file(), 8192, size - 8192);
  host.start();
  host.gauge(49);
  EXPECT_THAT(host.messages, ElementsAre(HasSubstr("malformed")));
  EXPECT_EQ(host.samples("g"), "49@29400");
}

TEST(StoreFaults, AFullDiskLosesNothingThatItsTimeAllows) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  host.gauge(0);
  host.pass(seconds(15));
  {
    const SmallDisk full(1);
    host.gauges(1, 40, seconds(15));
    EXPECT_THAT(host.messages, ElementsAre(HasSubstr("not written to disk")));
    EXPECT_FALSE(host.store().figures().up);
    EXPECT_EQ(host.store().figures().written, 1u);
  }
  host.gauge(41);
  EXPECT_EQ(host.messages.back(), "the history is written to disk again; readings lost: 0");
  EXPECT_EQ(host.store().figures().written, 42u);
  host.restart();
  EXPECT_EQ(countOf(host), 42);
}

// The disk is full at one byte after another, in the log, in the middle of a compaction and of
// coarse tiers.
TEST(StoreFaults, WhereverTheDiskIsFullNothingIsLost) {
  const TemporaryDirectory directory;
  Stored host(directory.path());
  std::mt19937_64 random(1);
  std::size_t given = 0;
  const auto read = [&] {
    host.read([&](Sink& out) {
      auto family = out.gauge("g", "G.");
      for (int i = 0; i < 20; ++i) {
        family.add(std::bit_cast<double>(random() >> 2), {{"i", std::to_string(i)}});
      }
    });
    host.pass(minutes(5));
    ++given;
  };
  for (rlim_t bytes = 20'000; bytes < 800'000; bytes += 40'000) {
    {
      const SmallDisk full(bytes);
      for (int i = 0; i < 25; ++i) read();
    }
    read();
    ASSERT_TRUE(host.store().figures().up) << host.messages.back();
  }
  EXPECT_GT(host.store().figures().faults, 20u);
  EXPECT_EQ(host.store().figures().lost, 0u);
  host.restart();
  const Selected selected = host.select("g");
  ASSERT_EQ(selected.series.size(), 20u);
  for (const SelectedSeries& series : selected.series) {
    EXPECT_EQ(series.samples->times.size(), given);
  }
}

}  // namespace orchestrator_exporter::history
