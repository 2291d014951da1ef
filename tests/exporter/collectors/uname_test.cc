#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <string>

#include "tests/support/collectors.h"

namespace orchestrator_exporter {

TEST(Uname, ReportsWhatTheSystemCallTells) {
  utsname name{};
  ASSERT_EQ(uname(&name), 0);
  const auto quoted = [](const char* text) { return '"' + std::string(text) + '"'; };
  EXPECT_EQ(collectText("uname", TempSystem()),
            "# HELP node_uname_info What uname(2) tells of the host and its kernel; always 1.\n"
            "# TYPE node_uname_info gauge\n"
            "node_uname_info{domainname=" +
                quoted(name.domainname) + ",machine=" + quoted(name.machine) +
                ",nodename=" + quoted(name.nodename) + ",release=" + quoted(name.release) +
                ",sysname=" + quoted(name.sysname) + ",version=" + quoted(name.version) + "} 1\n");
}

}  // namespace orchestrator_exporter
