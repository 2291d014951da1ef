#include "exporter/processes/user_names.h"

#include <gtest/gtest.h>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(UserNames, ReadsThemFromThePasswordFile) {
  TempSystem system;
  system.file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbroken line\nwww:x:33:33::/:/bin/sh\n");
  Kernel kernel(system);
  UserNames users;
  EXPECT_EQ(users.nameOf(kernel, 33), "www");
  EXPECT_EQ(users.nameOf(kernel, 0), "root");
}

TEST(UserNames, ShowsTheNumberOfAUserWithoutAName) {
  TempSystem system;
  system.file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nodd:x:abc\n");
  Kernel kernel(system);
  UserNames users;
  EXPECT_EQ(users.nameOf(kernel, 4294967294), "4294967294");
}

TEST(UserNames, SeesThatAUserWasAdded) {
  TempSystem system;
  system.file("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
  Kernel kernel(system);
  UserNames users;
  EXPECT_EQ(users.nameOf(kernel, 1001), "1001");
  system.file("etc/passwd", "root:x:0:0::/root:/bin/sh\nagent:x:1001:1001::/:/bin/sh\n");
  kernel.reset();
  EXPECT_EQ(users.nameOf(kernel, 1001), "agent");
}

TEST(UserNames, TakesTheFirstOfTwoNamesForAUser) {
  TempSystem system;
  system.file("etc/passwd", "root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n");
  Kernel kernel(system);
  EXPECT_EQ(UserNames().nameOf(kernel, 0), "root");
}

TEST(UserNames, NeedsNoPasswordFile) {
  TempSystem system;
  Kernel kernel(system);
  UserNames users;
  EXPECT_EQ(users.nameOf(kernel, 7), "7");
}

}  // namespace orchestrator_exporter
