#include "exporter/profiling/sampling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <map>

#include "exporter/profiling/perf_record.h"
#include "exporter/profiling/perf_refusal.h"
#include "exporter/profiling/perf_rings.h"
#include "exporter/profiling/unwinding.h"
#include "metrics/profiling/folded.h"
#include "metrics/profiling/hot_spots.h"
#include "tests/support/child_process.h"
#include "tests/support/paths.h"
#include "tests/support/test_process.h"

namespace orchestrator_exporter::profiling {
namespace {

using testing::HasSubstr;

std::string knownShares() {
  return std::filesystem::path(test::exporterProgram()).parent_path() / "tests/known_shares";
}

bool canSample() {
  try {
    const PerfRings rings({.processes = {getpid()}});
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

double cpuSeconds(pid_t pid) { return (test::statField(pid, 14) + test::statField(pid, 15)) / 100; }

// The program, sampled until it has used so much CPU time.
Profile profileOf(const std::string& mode, bool withStacks, double seconds = 2) {
  test::ChildProcess program({knownShares(), mode}, test::ChildProcess::Stream::kOutput);
  program.readLineWith("ready");
  SamplingRun run;
  run.duration = std::chrono::minutes(5);
  run.sampling = {.processes = {program.pid()}, .frequency = 2997, .withStacks = withStacks};
  return sampled(run, [&] { return cpuSeconds(program.pid()) > seconds; });
}

double samplesOf(const Profile& profile, const std::string& function) {
  for (const HotSpot& spot : hotSpots(profile)) {
    if (spot.name == function) return static_cast<double>(spot.total);
  }
  return 0;
}

double shareOf(const Profile& profile, const std::string& function) {
  return 100 * samplesOf(profile, function) / static_cast<double>(profile.total(profile.main()));
}

struct Way {
  const char* name;
  const char* mode;
  bool withStacks;
};

class KnownShares : public testing::TestWithParam<Way> {};

TEST_P(KnownShares, AreFoundWithinThreePoints) {
  if (!canSample()) GTEST_SKIP() << "this kernel does not let this user sample";
  const Profile profile = profileOf(GetParam().mode, GetParam().withStacks);
  const double alpha = samplesOf(profile, "known_alpha");
  const double beta = samplesOf(profile, "known_beta");
  const double gamma = samplesOf(profile, "known_gamma");
  // Beside them threads begin and end, which takes long with sanitizers.
  const double all = alpha + beta + gamma;
  EXPECT_GT(all, static_cast<double>(profile.total(profile.main())) / 2);
  EXPECT_NEAR(100 * alpha / all, 60, 3);
  EXPECT_NEAR(100 * beta / all, 30, 3);
  EXPECT_NEAR(100 * gamma / all, 10, 3);
}

INSTANTIATE_TEST_SUITE_P(Ways, KnownShares,
                         testing::Values(Way{"FramePointers", "plain", false},
                                         Way{"Dwarf", "plain", true},
                                         Way{"ThreadsThatEnd", "threads", false}),
                         [](const testing::TestParamInfo<Way>& way) {
                           return std::string(way.param.name);
                         });

TEST(KnownSharesOfSpans, AreFoundWithinThreePoints) {
  test::ChildProcess program({knownShares(), "plain", "150"}, test::ChildProcess::Stream::kOutput);
  const std::map<std::string, double> known = {{"alpha", 60}, {"beta", 30}, {"gamma", 10}};
  for (const auto& [name, share] : known) {
    const auto line = program.readLineWith(name);
    ASSERT_TRUE(line.has_value());
    EXPECT_NEAR(std::stod(line->substr(line->find(' '))), share, 3);
  }
}

TEST(Sampling, UnwindsByTablesWhatHasNoFramePointers) {
  if (!canSample()) GTEST_SKIP() << "this kernel does not let this user sample";
  const std::string stacks = foldedStacks(profileOf("plain", true, 0.3));
  EXPECT_THAT(stacks, HasSubstr("main;known_round;known_alpha"));
}

TEST(Sampling, FindsLinesOfTheSource) {
  if (!canSample()) GTEST_SKIP() << "this kernel does not let this user sample";
  const auto spots = hotSpots(profileOf("plain", false, 0.3));
  ASSERT_FALSE(spots.empty());
  EXPECT_EQ(spots[0].name, "known_alpha");
  EXPECT_THAT(spots[0].place, HasSubstr("known_shares.cc:"));
}

TEST(Sampling, NamesGeneratedCodeByTheMapOfItsProcess) {
  if (!canSample()) GTEST_SKIP() << "this kernel does not let this user sample";
  EXPECT_GT(shareOf(profileOf("generated", false, 0.3), "Interpreter:generated_loop"), 90);
  EXPECT_GT(shareOf(profileOf("generated", true, 0.3), "main"), 90);
}

TEST(Sampling, TellsWhatAThreadWaitsFor) {
  if (!canSample()) GTEST_SKIP() << "this kernel does not let this user sample";
  const test::TestProcess waiting("waits");
  waiting.awaitState('S');
  SamplingRun run;
  run.withWaits = true;
  run.sampling.processes = {waiting.pid()};
  int asked = 0;
  const Profile profile = sampled(run, [&] { return ++asked > 3; });
  EXPECT_EQ(profile.types()[profile.main()].type, "wall");
  EXPECT_THAT(foldedStacks(profile), testing::IsEmpty());  // it had no CPU time
  const auto spots = hotSpots(profile);
  ASSERT_FALSE(spots.empty());
  EXPECT_EQ(spots[0].activity, Activity::kWaits);
}

TEST(Sampling, EndsWithItsProcess) {
  if (!canSample()) GTEST_SKIP() << "this kernel does not let this user sample";
  test::ChildProcess program({knownShares(), "plain", "1"}, test::ChildProcess::Stream::kOutput);
  SamplingRun run;
  run.duration = std::chrono::hours(1);
  run.sampling.processes = {program.pid()};
  EXPECT_NO_THROW(sampled(run, [] { return false; }));
}

TEST(Sampling, OfAProcessThatIsNotThereSaysSo) {
  SamplingRun run;
  run.sampling.processes = {1 << 22};
  try {
    sampled(run, [] { return true; });
    FAIL() << "it was sampled";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "there is no process 4194304");
  }
}

TEST(Refusal, NamesTheSettingAndTheCapability) {
  const std::string text = eventRefusal(EACCES, -1);
  EXPECT_THAT(text, HasSubstr("kernel.perf_event_paranoid is "));
  EXPECT_THAT(text, HasSubstr("CAP_PERFMON"));
  EXPECT_THAT(text, testing::Not(HasSubstr("\n")));
}

TEST(Refusal, ComesToAUserWhoAsksForTheWholeSystem) {
  if (getuid() != 0) GTEST_SKIP() << "only root can become another user";
  if (!canSample()) GTEST_SKIP() << "this kernel does not let this user sample";
  const std::string text = test::asNobody([] {
    try {
      const PerfRings rings{SamplingOptions{}};
      return std::string();
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
  });
  EXPECT_THAT(text, testing::AnyOf(testing::IsEmpty(), HasSubstr("CAP_PERFMON")));
}

// A record as the kernel writes it.
class RecordBytes {
 public:
  RecordBytes(std::uint32_t type, std::uint16_t misc) {
    const perf_event_header header{type, misc, 0};
    bytes_.assign(reinterpret_cast<const char*>(&header), sizeof header);
  }
  template <typename Number>
  RecordBytes& add(Number number) {
    bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
    return *this;
  }
  RecordBytes& text(const char* text, std::size_t size) {
    std::string padded(text);
    padded.resize(size);
    bytes_ += padded;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

RecordBytes sampleRecord() {
  RecordBytes record(PERF_RECORD_SAMPLE, 0);
  record.add(std::uint64_t{0x401000}).add(std::uint32_t{12}).add(std::uint32_t{13});
  record.add(std::uint64_t{999});
  record.add(std::uint64_t{5}).add(std::uint64_t(PERF_CONTEXT_KERNEL));
  record.add(std::uint64_t{0xffffffff81000000}).add(std::uint64_t(PERF_CONTEXT_USER));
  record.add(std::uint64_t{0x401000}).add(std::uint64_t{0x402000});
  return record;
}

TEST(PerfRecord, ASampleHasTheChainsOfKernelAndProgram) {
  const RecordBytes record = sampleRecord();
  EXPECT_EQ(timeOfPerfRecord(record.bytes()), 999U);
  const PerfRecord decoded = decodePerfRecord(record.bytes(), false);
  const auto* sample = std::get_if<SampleRecord>(&decoded);
  ASSERT_NE(sample, nullptr);
  EXPECT_EQ(sample->process, 12U);
  EXPECT_EQ(sample->thread, 13U);
  EXPECT_THAT(sample->kernel, testing::ElementsAre(0xffffffff81000000));
  EXPECT_THAT(sample->user, testing::ElementsAre(0x401000, 0x402000));
}

TEST(PerfRecord, ABrokenOneIsNone) {
  const std::string whole = sampleRecord().bytes();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(decodePerfRecord(whole.substr(0, size), false).index(), 0U);
  }
}

TEST(PerfRecord, AMappingHasItsFile) {
  RecordBytes record(PERF_RECORD_MMAP2, 0);
  record.add(std::uint32_t{12}).add(std::uint32_t{12}).add(std::uint64_t{0x1000});
  record.add(std::uint64_t{0x500}).add(std::uint64_t{0x3000}).add(std::uint32_t{8});
  record.add(std::uint32_t{1}).add(std::uint64_t{77}).add(std::uint64_t{0});
  record.add(std::uint64_t{0}).text("/bin/x", 8).add(std::uint64_t{0}).add(std::uint64_t{5});
  const PerfRecord decoded = decodePerfRecord(record.bytes(), false);
  const auto* mapped = std::get_if<MappedRecord>(&decoded);
  ASSERT_NE(mapped, nullptr);
  EXPECT_EQ(mapped->mapping, (CodeMapping{.begin = 0x1000,
                                          .end = 0x1500,
                                          .fileOffset = 0x3000,
                                          .device = std::uint64_t{8} << 32U | 1U,
                                          .inode = 77,
                                          .path = "/bin/x"}));
  EXPECT_EQ(timeOfPerfRecord(record.bytes()), 5U);
}

TEST(Unwinding, WithoutTablesGoesByFramePointers) {
#if !defined(__x86_64__)
  GTEST_SKIP() << "the registers are those of x86-64";
#endif
  // Two frames of rbp and return address, at 0x1000 and 0x1020; the second is the last.
  const std::array<std::uint64_t, 6> stack = {0x1020, 0x400100, 0, 0, 0, 0x400200};
  UserState state;
  state.stack = {reinterpret_cast<const char*>(stack.data()), sizeof stack};
  state.stackPointer = 0x1000;
  state.programCounter = 0x400000;
  state.registers[6] = 0x1000;
  state.registers[7] = 0x1000;
  const RulesAt none = [](std::uint64_t) { return std::nullopt; };
  EXPECT_THAT(unwound(state, none, 100), testing::ElementsAre(0x400000, 0x400100, 0x400200));
  EXPECT_THAT(unwound(state, none, 2), testing::ElementsAre(0x400000, 0x400100));
}

TEST(Unwinding, AStackThatPointsToItselfEnds) {
  const std::array<std::uint64_t, 2> stack = {0x1000, 0x400100};
  UserState state;
  state.stack = {reinterpret_cast<const char*>(stack.data()), sizeof stack};
  state.stackPointer = 0x1000;
  state.programCounter = 0x400000;
  for (auto& one : state.registers) one = 0x1000;
  const RulesAt none = [](std::uint64_t) { return std::nullopt; };
  EXPECT_LE(unwound(state, none, 100).size(), 3U);
}

}  // namespace
}  // namespace orchestrator_exporter::profiling
