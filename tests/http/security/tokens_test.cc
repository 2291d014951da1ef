#include "http/security/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"

namespace orchestrator_exporter::http {
namespace {

namespace test = orchestrator_exporter::test;

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

class TokenFileTest : public testing::Test {
 protected:
  std::string path() const { return folder_.path() / "tokens"; }
  void write(const std::string& content) const { folder_.replace("tokens", content); }
  TokenFile read() {
    return {path(), [this](std::string_view line) { told_.emplace_back(line); }};
  }

  std::vector<std::string> told_;

 private:
  const test::TemporaryDirectory folder_;
};

}  // namespace

TEST_F(TokenFileTest, HasEachLineThatIsNoComment) {
  write("# of the build hosts\n\n  abc-._~+/123==\t\r\nlast");
  TokenFile file = read();
  EXPECT_TRUE(file.has("abc-._~+/123=="));
  EXPECT_TRUE(file.has("last"));
  for (const char* other : {"", "abc", "# of the build hosts", "last "}) {
    EXPECT_FALSE(file.has(other)) << other;
  }
}

TEST_F(TokenFileTest, IsReadAgainWhenItHasChanged) {
  write("first\n");
  TokenFile file = read();
  write("second\n");
  EXPECT_FALSE(file.has("first"));
  EXPECT_TRUE(file.has("second"));
}

TEST_F(TokenFileTest, HasNoTokenWhileItIsAtFaultAndSaysSoOnce) {
  write("first\n");
  TokenFile file = read();
  write("two words\n");
  EXPECT_FALSE(file.has("first"));
  EXPECT_FALSE(file.has("two"));
  write("first\n");
  EXPECT_TRUE(file.has("first"));
  EXPECT_THAT(told_, ElementsAre(EndsWith("; no token counts until it is mended"),
                                 EndsWith("read again, its tokens count")));
}

TEST_F(TokenFileTest, SaysWhatIsWrongAtTheStart) {
  EXPECT_THAT([&] { read(); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(StartsWith(path() + ": "), EndsWith("No such file or directory"))));
  write("# none\n");
  EXPECT_THAT([&] { read(); }, ThrowsMessage<std::runtime_error>(EndsWith(": has no token")));
  write("good\nnot \"one\"\n");
  EXPECT_THAT([&] { read(); }, ThrowsMessage<std::runtime_error>(HasSubstr(": line 2: ")));
}

}  // namespace orchestrator_exporter::http
