#include "exporter/kernel/machine/cgroup_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

using testing::ElementsAre;

const std::string kId(64, 'a');

std::optional<std::string_view> rootIn(const Roots& roots) {
  Kernel kernel(roots);
  return cgroupRoot(kernel);
}

void expectOwner(const std::string& path, std::string_view unit, std::string_view container,
                 std::string_view runtime) {
  SCOPED_TRACE(path);
  const CgroupOwner owner = cgroupOwner(path);
  EXPECT_EQ(owner.unit, unit);
  EXPECT_EQ(owner.containerId, container);
  EXPECT_EQ(owner.runtime, runtime);
}

}  // namespace

TEST(CgroupTree, FindsTheHierarchyWhereSystemdMountsIt) {
  TempSystem none;
  EXPECT_EQ(rootIn(none), std::nullopt);
  TempSystem hybrid;
  hybrid.file("sys/fs/cgroup/unified/cgroup.controllers", "");
  EXPECT_EQ(rootIn(hybrid), "sys/fs/cgroup/unified");
  TempSystem unified;
  unified.file("sys/fs/cgroup/cgroup.controllers", "cpu memory");
  EXPECT_EQ(rootIn(unified), "sys/fs/cgroup");
}

TEST(CgroupTree, ListsParentsBeforeChildrenDownToADepth) {
  TempSystem system;
  system.file("sys/fs/cgroup/cgroup.controllers", "")
      .directory("sys/fs/cgroup/b/c/d")
      .directory("sys/fs/cgroup/a");
  const Kernel kernel(system);
  EXPECT_THAT(listCgroups(kernel, "sys/fs/cgroup", 0), ElementsAre("/"));
  EXPECT_THAT(listCgroups(kernel, "sys/fs/cgroup", 2), ElementsAre("/", "/a", "/b", "/b/c"));
  EXPECT_THAT(listCgroups(kernel, "sys/fs/cgroup", 9),
              ElementsAre("/", "/a", "/b", "/b/c", "/b/c/d"));
}

TEST(CgroupTree, FollowsNoLinks) {
  TempSystem system;
  system.directory("sys/fs/cgroup/a").link("sys/fs/cgroup/a/up", "..");
  EXPECT_THAT(listCgroups(Kernel(system), "sys/fs/cgroup", 9), ElementsAre("/", "/a"));
}

TEST(CgroupTree, HasNoChildrenWhereNothingCanBeListed) {
  TempSystem system;
  EXPECT_THAT(listCgroups(Kernel(system), "sys/fs/cgroup", 9), ElementsAre("/"));
}

TEST(CgroupOwner, TellsUnitsOfSystemd) {
  expectOwner("/", "", "", "");
  expectOwner("/system.slice", "system.slice", "", "systemd");
  expectOwner("/system.slice/cron.service", "cron.service", "", "systemd");
  expectOwner("/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope",
              "run-r1.scope", "", "systemd");
  expectOwner("/system.slice/foo.service/own/group", "foo.service", "", "systemd");
  expectOwner("/init.scope", "init.scope", "", "systemd");
  expectOwner("/plain/.slice", "", "", "");
}

TEST(CgroupOwner, TellsContainersThatAreScopes) {
  expectOwner("/system.slice/docker-" + kId + ".scope", "docker-" + kId + ".scope", kId, "docker");
  expectOwner("/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + kId + ".scope",
              "cri-containerd-" + kId + ".scope", kId, "containerd");
  expectOwner("/kubepods.slice/crio-" + kId + ".scope", "crio-" + kId + ".scope", kId, "cri-o");
  expectOwner("/machine.slice/libpod-" + kId + ".scope/container", "libpod-" + kId + ".scope", kId,
              "podman");
}

TEST(CgroupOwner, TellsContainersThatAreDirectories) {
  expectOwner("/docker/" + kId, "", kId, "docker");
  expectOwner("/libpod_parent/libpod-" + kId, "", kId, "podman");
  // Kubernetes with cgroupfs does not write which runtime made it.
  expectOwner("/kubepods/burstable/pod12/" + kId, "", kId, "");
}

TEST(CgroupOwner, TakesTheInnermostOfContainersInEachOther) {
  const std::string inner(64, 'b');
  expectOwner("/docker/" + kId + "/kubelet/cri-containerd-" + inner + ".scope",
              "cri-containerd-" + inner + ".scope", inner, "containerd");
}

TEST(CgroupOwner, TakesNothingElseForAContainer) {
  const std::string monitor = "libpod-conmon-" + kId + ".scope";
  expectOwner("/machine.slice/" + monitor, monitor, "", "systemd");
  expectOwner("/docker/" + kId.substr(1), "", "", "");
  expectOwner("/docker/" + std::string(64, 'G'), "", "", "");
}

TEST(CgroupTree, TakesNoFilesForCgroups) {
  TempSystem system;
  system.directory("sys/fs/cgroup/a")
      .file("sys/fs/cgroup/memory.stat", "")
      .file("sys/fs/cgroup/a/b", "");
  EXPECT_THAT(listCgroups(Kernel(system), "sys/fs/cgroup", 9), ElementsAre("/", "/a"));
}

TEST(CgroupTree, KnowsWhatItMayNotRead) {
  TempSystem system;
  system.file("sys/fs/cgroup/open", "").file("sys/fs/cgroup/closed", "");
  std::filesystem::permissions(system.path("sys/fs/cgroup/closed"), std::filesystem::perms::none);
  const Kernel kernel(system);
  EXPECT_FALSE(isRefused(kernel, "sys/fs/cgroup/open"));
  EXPECT_FALSE(isRefused(kernel, "sys/fs/cgroup/missing"));
  // Whoever has all privileges is refused nothing.
  EXPECT_EQ(isRefused(kernel, "sys/fs/cgroup/closed"), geteuid() != 0);
}

TEST(CgroupOwner, TellsNothingOfAPathThatIsNone) {
  expectOwner("", "", "", "");
  expectOwner("//", "", "", "");
  expectOwner("/a/", "", "", "");
  expectOwner("/.service", "", "", "");
}

}  // namespace orchestrator_exporter
