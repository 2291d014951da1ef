#include "exporter/kernel/storage/mount_statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;

constexpr const char* kDevice =
    "device server:/export mounted on /mnt/nfs with fstype nfs4 statvers=1.1\n";

std::vector<NfsMount> read(const std::string& text) {
  std::vector<ParseError> refusals;
  auto mounts = readNfsMounts({"proc/self/mountstats", text}, refusals);
  EXPECT_TRUE(refusals.empty());
  return mounts;
}

// What is said of the only row that is refused.
std::string refusalOf(const std::string& text) {
  std::vector<ParseError> refusals;
  readNfsMounts({"proc/self/mountstats", text}, refusals);
  return refusals.size() == 1 ? refusals[0].what() : "";
}

// So many numbers from `first` on, with blanks before them.
std::string numbers(int first, int count) {
  std::string text;
  for (int i = first; i < first + count; ++i) text += " " + std::to_string(i);
  return text;
}

// What a row of statistics makes of the mount. Views stay valid, because the text does.
NfsMount mountWith(std::string& text, const std::string& row) {
  text = kDevice + row + "\n";
  return read(text).at(0);
}

}  // namespace

TEST(MountStatistics, ReadsAMountOfNfs) {
  const std::string text =
      "device rootfs mounted on / with fstype rootfs\n" + std::string(kDevice) +
      "\topts:\trw,vers=4.2\n\tage:\t7860\n\tcaps:\tcaps=0x3ffbffff\n\tsec:\tflavor=1\n"
      "\tevents:\t" +
      numbers(1, 27) + "\n\tbytes:\t" + numbers(100, 8) +
      "\n\tRPC iostats version: 1.1  p/v: 100003/4 (nfs)\n\txprt:\ttcp" + numbers(200, 13) +
      "\n\tper-op statistics\n\t        NULL:" + numbers(10, 8) +
      "\n\t        READ:" + numbers(20, 9) + "\n\n";
  const std::vector<NfsMount> mounts = read(text);
  ASSERT_EQ(mounts.size(), 1u);
  const NfsMount& mount = mounts[0];
  EXPECT_EQ(mount.source, "server:/export");
  EXPECT_EQ(mount.point, "/mnt/nfs");
  EXPECT_EQ(mount.ageSeconds, 7860);
  EXPECT_EQ(mount.bytes.value()[0], 100u);
  EXPECT_EQ(mount.bytes.value()[7], 107u);
  EXPECT_EQ(mount.events.value()[0], 1u);
  EXPECT_EQ(mount.events.value()[26], 27u);
  ASSERT_EQ(mount.transports.size(), 1u);
  EXPECT_EQ(mount.transports[0].protocol, "tcp");
  EXPECT_EQ(mount.transports[0].counts.value()[0], 200u);
  EXPECT_EQ(mount.transports[0].counts.value()[12], 212u);
  ASSERT_EQ(mount.operations.size(), 2u);
  EXPECT_EQ(mount.operations[0].name, "NULL");
  EXPECT_THAT(mount.operations[0].counts, ElementsAre(10, 11, 12, 13, 14, 15, 16, 17));
  // Newer kernels append the number of errors.
  EXPECT_EQ(mount.operations[1].name, "READ");
  EXPECT_THAT(mount.operations[1].counts, ElementsAre(20, 21, 22, 23, 24, 25, 26, 27));
}

TEST(MountStatistics, LeavesEmptyWhatTheKernelDoesNotTell) {
  std::string text;
  const NfsMount mount = mountWith(text, "\tfsc:\t1 2 3");
  EXPECT_EQ(mount.ageSeconds, std::nullopt);
  EXPECT_EQ(mount.bytes, std::nullopt);
  EXPECT_EQ(mount.events, std::nullopt);
  EXPECT_TRUE(mount.transports.empty());
  EXPECT_TRUE(mount.operations.empty());
}

TEST(MountStatistics, PutsTheValuesOfUdpWhereTheOthersHaveTheirs) {
  // UDP has no connections: the third to the fifth value are missing.
  std::string text;
  const auto counts =
      mountWith(text, "\txprt:\tudp" + numbers(1, 10)).transports.at(0).counts.value();
  EXPECT_THAT(counts, ElementsAre(1, 2, 0, 0, 0, 3, 4, 5, 6, 7, 8, 9, 10));
}

TEST(MountStatistics, LeavesOutWhatOnlyRdmaCounts) {
  std::string text;
  for (const int count : {20, 31}) {
    const auto counts =
        mountWith(text, "\txprt:\trdma" + numbers(1, count)).transports.at(0).counts.value();
    EXPECT_THAT(counts, ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0)) << count;
  }
}

TEST(MountStatistics, KnowsTheShorterRowsOfVersion10) {
  const std::string device = "device a:/ mounted on /a with fstype nfs statvers=1.0\n";
  const auto counts = [&](const std::string& row) {
    return read(device + row).at(0).transports.at(0).counts.value();
  };
  EXPECT_THAT(counts("\txprt:\ttcp" + numbers(1, 10)),
              ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0, 0));
  EXPECT_THAT(counts("\txprt:\tudp" + numbers(1, 7)),
              ElementsAre(1, 2, 0, 0, 0, 3, 4, 5, 6, 7, 0, 0, 0));
}

TEST(MountStatistics, KeepsEveryTransport) {
  std::string text;
  const NfsMount mount =
      mountWith(text, "\txprt:\ttcp" + numbers(1, 13) + "\n\txprt:\ttcp" + numbers(50, 13));
  ASSERT_EQ(mount.transports.size(), 2u);
  EXPECT_EQ(mount.transports[1].counts.value()[0], 50u);
}

TEST(MountStatistics, RefusesRowsThatAreTooShort) {
  for (const std::string& row :
       {"\tbytes:" + numbers(1, 7), "\tevents:" + numbers(1, 26), "\txprt: tcp" + numbers(1, 12),
        "\txprt: udp" + numbers(1, 9), "\txprt: rdma" + numbers(1, 9),
        std::string("\tper-op statistics\n\tREAD: 1 2 3")}) {
    EXPECT_NE(refusalOf(kDevice + row + "\n").find("columns, got"), std::string::npos) << row;
  }
}

TEST(MountStatistics, PassesOverWhatNewerKernelsAppend) {
  const std::string text =
      "device a:/ mounted on /a with fstype nfs statvers=2.0\n\tbytes:" + numbers(1, 9) +
      "\n\tevents:" + numbers(1, 28) + "\n\txprt:\ttcp" + numbers(1, 14) +
      "\n\tfuture: x\n\n\tper-op statistics\n\tREAD:" + numbers(1, 12) + "\n";
  const NfsMount mount = read(text).at(0);
  EXPECT_EQ(mount.bytes.value()[7], 8u);
  EXPECT_EQ(mount.events.value()[26], 27u);
  EXPECT_EQ(mount.transports.at(0).counts.value()[12], 13u);
  EXPECT_EQ(mount.operations.at(0).name, "READ");
}

TEST(MountStatistics, RefusesWhatIsNoNumber) {
  for (const char* row : {"\tbytes: 1 2 3 4 5 6 7 x", "\tbytes: 1 2 3 4 5 6 7 -8", "\tage: x",
                          "\tage: 1e3", "\tage: 9223372037", "\tage: inf", "\tage:"}) {
    EXPECT_NE(refusalOf(kDevice + std::string(row) + "\n"), "") << row;
  }
}

TEST(MountStatistics, KeepsATransportWhoseProtocolItDoesNotKnow) {
  const std::string text = std::string(kDevice) + "\txprt:\tquic" + numbers(1, 13) + "\n";
  EXPECT_NE(refusalOf(text).find("expected a known protocol, got 'quic'"), std::string::npos);
  std::vector<ParseError> refusals;
  const auto mounts = readNfsMounts({"proc/self/mountstats", text}, refusals);
  EXPECT_EQ(mounts.at(0).transports.at(0).protocol, "quic");
  EXPECT_EQ(mounts.at(0).transports.at(0).counts, std::nullopt);
}

TEST(MountStatistics, RefusesRowsOfDevicesThatMakeNoSense) {
  EXPECT_NE(refusalOf("device a mounted on /a\n"), "");
  EXPECT_NE(refusalOf("device a hung on /a with fstype nfs\n"), "");
  EXPECT_NE(refusalOf("device a mounted on /a without fstype nfs\n"), "");
}

TEST(MountStatistics, DoesNotGiveTheRowsOfARefusedDeviceToTheOneBefore) {
  const std::string text =
      std::string(kDevice) + "\topts:\trw\n\tage:\t1\n" + "no such thing\n\topts:\trw\n\tage:\t2\n";
  EXPECT_EQ(read(text).at(0).ageSeconds, 1);
}

TEST(MountStatistics, ReadsThoseOfNfsAlone) {
  EXPECT_TRUE(read("device a mounted on /a with fstype ext4 statvers=1.1\n\tage:\t1\n").empty());
}

TEST(MountStatistics, UnescapesNames) {
  const NfsMount mount =
      read(R"(device a:/x\040y mounted on /my\040mount with fstype nfs statvers=1.1)").at(0);
  EXPECT_EQ(mount.source, "a:/x y");
  EXPECT_EQ(mount.point, "/my mount");
}

TEST(MountStatistics, OfAHostWithoutNfsAreNone) {
  EXPECT_TRUE(read("").empty());
  EXPECT_TRUE(read("no device mounted on /sys with fstype sysfs\n\n").empty());
}

}  // namespace orchestrator_exporter
