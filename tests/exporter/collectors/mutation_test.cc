#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "tests/support/child_process.h"
#include "tests/support/exposition_check.h"
#include "tests/support/expositions.h"
#include "tests/support/mutations.h"
#include "tests/support/paths.h"
#include "tests/support/spoilt_system.h"

// Every collector over a host on which one file after the other is not what it should be. Whatever
// is there, a collector ends soon, by itself or with an exception, and the body stays readable. The
// files are those that the collector opens below fixtures/typical: a collector that reads something
// else adds it there and is covered.

namespace orchestrator_exporter {

namespace {

namespace fs = std::filesystem;

// Ends the program with a word about what hung: a collector that hangs cannot be called back.
class Deadline {
 public:
  explicit Deadline(const std::string& what) {
    std::strncpy(message_, (what + " hangs\n").c_str(), sizeof message_ - 1);
    std::signal(SIGALRM, [](int) {
      const ssize_t written = write(STDERR_FILENO, message_, std::strlen(message_));
      _exit(written > 0 ? 1 : 2);
    });
    alarm(kSeconds);
  }
  ~Deadline() { alarm(0); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  static constexpr unsigned kSeconds = 30;
  static inline char message_[512] = {};
};

// The body of one collector alone, checked.
void expectReadable(const std::string& what, const CollectorDefinition& definition,
                    const Roots& roots, const Flags& flags) {
  SCOPED_TRACE(what);
  const Deadline deadline(definition.name + " with " + what);
  std::string body;
  EXPECT_NO_THROW(body = exposeText([&](Sink& out) { collectInto(out, definition, roots, flags); }))
      << "the program would not have started";
  EXPECT_EQ(expositionFault(body), "");
}

void spoilEachFile(const CollectorDefinition& definition, const SpoiltSystem& system,
                   const Flags& flags) {
  for (const std::string& file : system.filesOf(definition, flags)) {
    const fs::path path = system.root() / file;
    const std::string original = contentOf(path);
    for (const Mutation& mutation : contentMutations()) {
      const std::string changed = mutation.apply(original);
      if (changed == original) continue;
      const Spoilt spoilt(path, changed);
      expectReadable(file + " " + std::string(mutation.name), definition, system.roots(), flags);
    }
    {
      const Spoilt spoilt = Spoilt::asDirectory(path);
      expectReadable(file + " as a directory", definition, system.roots(), flags);
    }
    const Spoilt spoilt = Spoilt::asMissing(path);
    expectReadable(file + " missing", definition, system.roots(), flags);
  }
}

std::string promtoolPath() {
  const fs::path fetched = test::toolsFolder() / "promtool";
  if (fs::exists(fetched)) return fetched.string();
  return std::system("command -v promtool > /dev/null 2>&1") == 0 ? "promtool" : "";
}

void expectUnderstood(const std::string& promtool, const std::string& body) {
  test::ChildProcess checking({promtool, "check", "metrics"}, test::ChildProcess::Stream::kError,
                              body);
  const std::string complaints = checking.readAll();
  // 3: the body is understood, and names of node_exporter's families are found fault with.
  EXPECT_THAT(checking.wait(), testing::AnyOf(0, 3)) << complaints;
}

}  // namespace

class MutatedInput : public testing::TestWithParam<std::string> {};

TEST_P(MutatedInput, NeitherEndsNorHangsNorSpoilsTheBody) {
  const CollectorDefinition& definition = definitionOf(GetParam());
  const SpoiltSystem system;
  const Flags flags = flagsFor(definition, system.root());
  const std::string failure = startFailure(definition, system.roots(), flags);
  if (!failure.empty()) GTEST_SKIP() << failure;
  spoilEachFile(definition, system, flags);

  const auto switched = switchedFlagsFor(definition, system.root());
  if (switched && startFailure(definition, system.roots(), *switched).empty()) {
    spoilEachFile(definition, system, *switched);
  }
}

INSTANTIATE_TEST_SUITE_P(Collectors, MutatedInput, testing::ValuesIn(collectorNames()),
                         [](const auto& test) { return test.param; });

// Several collectors in one body, and all of their files spoilt in the same way.
TEST(MutatedHost, IsReadablyReportedByAllCollectorsTogether) {
  const std::string promtool = promtoolPath();
  const SpoiltSystem system;
  std::vector<const CollectorDefinition*> collectors;
  std::set<std::string> files;
  for (const CollectorDefinition& definition : collectorDefinitions()) {
    const Flags flags = flagsFor(definition, system.root());
    if (!startFailure(definition, system.roots(), flags).empty()) continue;
    collectors.push_back(&definition);
    files.merge(system.filesOf(definition, flags));
  }
  for (const Mutation& mutation : contentMutations()) {
    SCOPED_TRACE(mutation.name);
    std::vector<Spoilt> spoilt;
    for (const std::string& file : files) {
      const fs::path path = system.root() / file;
      spoilt.emplace_back(path, mutation.apply(contentOf(path)));
    }
    const std::string body = exposeText([&](Sink& out) {
      for (const CollectorDefinition* const definition : collectors) {
        const Deadline deadline(definition->name);
        collectInto(out, *definition, system.roots(), flagsFor(*definition, system.root()));
      }
    });
    EXPECT_EQ(expositionFault(body), "");
    if (!promtool.empty()) expectUnderstood(promtool, body);
  }
  if (promtool.empty())
    GTEST_SKIP() << "promtool is neither in " << test::toolsFolder() << " nor in PATH";
}

TEST(MutatedHost, KnowsWhichFilesACollectorReads) {
  const SpoiltSystem system;
  EXPECT_THAT(system.filesOf(definitionOf("loadavg"), Flags()),
              testing::ElementsAre("proc/loadavg"));
  EXPECT_THAT(system.filesOf(definitionOf("hwmon"), Flags()),
              testing::Contains("sys/devices/platform/coretemp.0/hwmon/hwmon0/temp1_input"));
}

}  // namespace orchestrator_exporter
