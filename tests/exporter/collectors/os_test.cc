#include <gtest/gtest.h>

#include <string>

#include "tests/support/collectors.h"
#include "tests/support/scraped_collector.h"

namespace orchestrator_exporter {

namespace {

// The label name of an os-release with this value behind NAME=.
std::string nameOf(std::string_view value) {
  TempSystem system;
  system.file("etc/os-release", "NAME=" + std::string(value) + "\n");
  const std::string samples = collectSamples("os", system);
  constexpr std::string_view kBefore = ",name=\"";
  const std::size_t begin = samples.find(kBefore) + kBefore.size();
  return samples.substr(begin, samples.find("\",pretty_name=") - begin);
}

std::string versionOf(std::string_view version) {
  TempSystem system;
  system.file("etc/os-release", "VERSION_ID=" + std::string(version) + "\n");
  const std::string samples = collectSamples("os", system);
  constexpr std::string_view kBefore = "node_os_version{id=\"\",id_like=\"\",name=\"\"} ";
  const std::size_t begin = samples.find(kBefore);
  return begin == std::string::npos ? "" : samples.substr(begin + kBefore.size());
}

}  // namespace

TEST(Os, ReportsTheRelease) {
  EXPECT_EQ(collectText("os", fixture("typical")),
            R"text(# HELP node_os_info What the operating system calls itself; always 1.
# TYPE node_os_info gauge
node_os_info{build_id="",id="example",id_like="debian",image_id="",image_version="",name="Example Linux",pretty_name="Example Linux 22.04.3 LTS",variant="",variant_id="",version="22.04.3 (Ginger Goose)",version_codename="ginger",version_id="22.04"} 1
# HELP node_os_support_end_timestamp_seconds Unix time at which support of the operating system ends.
# TYPE node_os_support_end_timestamp_seconds gauge
node_os_support_end_timestamp_seconds 1964390400
# HELP node_os_version The first one or two parts of the version as a number.
# TYPE node_os_version gauge
node_os_version{id="example",id_like="debian",name="Example Linux"} 22.04
)text");
}

TEST(Os, FallsBackToTheFileBelowUsr) {
  TempSystem system;
  system.file("usr/lib/os-release", "ID=x\n");
  EXPECT_NE(collectSamples("os", system).find("{build_id=\"\",id=\"x\","), std::string::npos);
  system.file("etc/os-release", "ID=y\n");
  EXPECT_NE(collectSamples("os", system).find("{build_id=\"\",id=\"y\","), std::string::npos);
}

TEST(Os, ReadsTheFileAgainOnceItHasChanged) {
  TempSystem system;
  ScrapedCollector scraped("os", system.file("etc/os-release", "VERSION_ID=1.5\n"), Flags{});
  const std::string version = R"(node_os_version{id="",id_like="",name=""})";
  for (int i = 0; i < 2; ++i) {
    scraped.scrape();
    EXPECT_EQ(scraped.at(version), 1.5);
  }
  system.file("etc/os-release", "VERSION_ID=12.25\n");
  scraped.scrape();
  EXPECT_EQ(scraped.at(version), 12.25);
}

TEST(Os, ComplainsOfAGarbledFileAtEveryScrape) {
  TempSystem system;
  ScrapedCollector scraped("os", system.file("etc/os-release", "not such a file\n"), Flags{});
  for (int i = 0; i < 2; ++i) EXPECT_THROW(scraped.scrape(), ParseError);
  system.file("etc/os-release", "VERSION_ID=3.5\n");
  scraped.scrape();
  EXPECT_EQ(scraped.at(R"(node_os_version{id="",id_like="",name=""})"), 3.5);
}

TEST(Os, FallsBackToTheFileBelowUsrWhereTheFirstCannotBeRead) {
  TempSystem system;
  system.link("etc/os-release", "/proc/self/mem").file("usr/lib/os-release", "ID=x\n");
  EXPECT_NE(collectSamples("os", system).find("{build_id=\"\",id=\"x\","), std::string::npos);
  EXPECT_EQ(collectComplaint("os", system), "etc/os-release: Input/output error");
}

TEST(Os, HasNoDataWithoutAFile) { EXPECT_EQ(collectError("os", TempSystem()), "no data"); }

TEST(Os, TakesTheFirstTwoPartsOfAVersion) {
  EXPECT_EQ(versionOf("12"), "12\n");
  EXPECT_EQ(versionOf("12.3.4"), "12.3\n");
  EXPECT_EQ(versionOf("9.x"), "9\n");
  EXPECT_EQ(versionOf("20240101"), "20240101\n");
  EXPECT_EQ(versionOf("0"), "");
  EXPECT_EQ(versionOf("rolling"), "");
  EXPECT_EQ(versionOf(""), "");
}

TEST(Os, UnderstandsQuotesEscapesAndComments) {
  EXPECT_EQ(nameOf("a b  # comment"), "a b");
  EXPECT_EQ(nameOf("'a # b'"), "a # b");
  EXPECT_EQ(nameOf("\"a \"#c"), "a ");
  EXPECT_EQ(nameOf("a'b'\"c\""), "abc");
  EXPECT_EQ(nameOf(R"("\u00e9\ud83d\ude00\u20ac")"), "é😀€");
  EXPECT_EQ(nameOf(R"("a\tb\/")"), "a\tb/");
  EXPECT_EQ(nameOf(R"(a\tb)"), R"(a\\tb)");  // the label's own escape
  EXPECT_EQ(nameOf(""), "");
}

TEST(Os, AllowsExportAndBlanksAroundTheKey) {
  TempSystem system;
  system.file("etc/os-release", "# comment\n\n export ID = x\nID_LIKE\t=y\r\n");
  EXPECT_NE(collectSamples("os", system).find("id=\"x\",id_like=\"y\""), std::string::npos);
}

TEST(Os, UndoesTheEscapesOfTheShell) {
  EXPECT_EQ(nameOf(R"("a\$b\`c")"), "a$b`c");
  EXPECT_EQ(nameOf(R"("a\xb")"), R"(a\\xb)");  // the label's own escape
}

TEST(Os, PassesOverALineThatIsGarbledAndTellsOfIt) {
  const auto complaintOf = [](std::string_view line) {
    TempSystem system;
    system.file("etc/os-release", std::string(line) + "\nVARIANT=b\n");
    EXPECT_NE(collectSamples("os", system).find("variant=\"b\""), std::string::npos);
    return collectComplaint("os", system);
  };
  EXPECT_EQ(complaintOf("NAME"), "etc/os-release:1: expected KEY=value, got 'NAME'");
  EXPECT_EQ(complaintOf("=a"), "etc/os-release:1: expected a key, got '=a'");
  EXPECT_EQ(complaintOf("1A=a"), "etc/os-release:1: expected a key, got '1A=a'");
  EXPECT_EQ(complaintOf("A-B=a"),
            "etc/os-release:1: expected a key of letters and digits, got 'A-B'");
  EXPECT_EQ(complaintOf("ID=\"a"), "etc/os-release:1: expected a closing \", got 'ID=\"a'");
  EXPECT_EQ(complaintOf("ID='a"), "etc/os-release:1: expected a closing ', got 'ID='a'");
  EXPECT_EQ(complaintOf("ID=\"\\"), "etc/os-release:1: expected an escape sequence, got 'ID=\"\\'");
  EXPECT_EQ(complaintOf("ID=\"\\u12\""),
            "etc/os-release:1: expected four hexadecimal digits, got 'ID=\"\\u12\"'");
  EXPECT_EQ(complaintOf("ID=\"\\ud83d\""),
            "etc/os-release:1: expected a surrogate pair, got 'ID=\"\\ud83d\"'");
  EXPECT_EQ(complaintOf("ID=a\tb"),
            "etc/os-release:1: expected a value without control characters, got 'ID=a\\x09b'");
}

TEST(Os, LeavesOutAnEndOfSupportThatIsNoDay) {
  for (const std::string day : {"soon", "2025-02-30", "2025-1-31", "2025-01-31T00:00:00Z",
                                "20250-1-01", "2025-13-01", "2025-01-00"}) {
    TempSystem system;
    system.file("etc/os-release", "ID=x\nSUPPORT_END=" + day + "\n");
    const std::string samples = collectSamples("os", system);
    EXPECT_NE(samples.find("id=\"x\""), std::string::npos);
    EXPECT_EQ(samples.find("support_end"), std::string::npos);
    EXPECT_EQ(collectComplaint("os", system),
              "etc/os-release: expected a SUPPORT_END of the form 2030-06-30, got '" + day + "'");
  }
  TempSystem system;
  EXPECT_EQ(collectComplaint("os", system.file("etc/os-release", "SUPPORT_END=\"\"\n")), "");
}

}  // namespace orchestrator_exporter
