#include "exporter/daemons/systemd_library.h"

#include <gtest/gtest.h>

#include <string>

#include "exporter/daemons/bus.h"
#include "tests/support/collectors.h"

namespace orchestrator_exporter {

namespace {

std::string errorOf(const char* file) {
  try {
    loadSystemdLibrary(file);
  } catch (const BusError& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST(SystemdLibrary, IsLoadedOnce) {
  const SystemdLibrary* const first = &systemd();
  EXPECT_EQ(&systemd(), first);
  EXPECT_NE(first->call, nullptr);
  EXPECT_NE(first->wait, nullptr);
}

TEST(SystemdLibrary, NamesTheLibraryThatIsNotThere) {
  const std::string error = errorOf("libnot-there.so.0");
  EXPECT_EQ(error.find("libsystemd: libnot-there.so.0"), 0u) << error;
}

TEST(SystemdLibrary, RefusesAFileThatIsNoLibrary) {
  TempSystem system;
  system.file("libsystemd.so.0", "no ELF").file("empty", "");
  EXPECT_NE(errorOf(system.path("libsystemd.so.0").c_str()), "");
  EXPECT_NE(errorOf(system.path("empty").c_str()), "");
}

TEST(SystemdLibrary, NamesTheFunctionThatALibraryLacks) {
  // Every host has this one.
  const std::string error = errorOf("libm.so.6");
  EXPECT_NE(error.find("sd_bus_call"), std::string::npos) << error;
}

}  // namespace orchestrator_exporter
