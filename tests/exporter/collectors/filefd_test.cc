#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Filefd, ReportsHandlesInUseAndTheirLimit) {
  EXPECT_EQ(collectText("filefd", fixture("typical")),
            R"(# HELP node_filefd_allocated File handles in use.
# TYPE node_filefd_allocated gauge
node_filefd_allocated 2144
# HELP node_filefd_maximum File handles that the host may have in use.
# TYPE node_filefd_maximum gauge
node_filefd_maximum 9223372036854775808
)");
}

TEST(Filefd, FailsWhereTheFileIsMissing) {
  EXPECT_EQ(collectError("filefd", TempSystem()), "proc/sys/fs/file-nr: No such file or directory");
}

TEST(Filefd, FailsWhereAColumnIsMissingOrNoNumber) {
  const auto errorOf = [](std::string_view content) {
    TempSystem system;
    system.file("proc/sys/fs/file-nr", content);
    return collectError("filefd", system);
  };
  EXPECT_EQ(errorOf("2144 0 9000\n"),
            "proc/sys/fs/file-nr:1: expected three columns with tabs between, got '2144 0 9000'");
  EXPECT_EQ(errorOf("2144\t0\n"),
            "proc/sys/fs/file-nr:1: expected three columns with tabs between, got '2144\\x090'");
  EXPECT_EQ(errorOf("2144\t0\tmany\n"), "proc/sys/fs/file-nr:1: expected a number, got 'many'");
  EXPECT_EQ(errorOf(""), "proc/sys/fs/file-nr:1: expected three columns with tabs between, got ''");
}

}  // namespace orchestrator_exporter
