#include "http/security/tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace orchestrator_exporter::http {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

class TokenFileTest : public testing::Test {
 protected:
  TokenFileTest() {
    std::string name = std::filesystem::temp_directory_path() / "tokensXXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~TokenFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ / "tokens"; }
  // Another file in its place, as a careful writer does, so that it differs whatever the clock.
  void write(const std::string& content) const {
    std::ofstream(folder_ / "new") << content;
    std::filesystem::rename(folder_ / "new", path());
  }
  TokenFile read() {
    return {path(), [this](std::string_view line) { told_.emplace_back(line); }};
  }

  std::vector<std::string> told_;

 private:
  std::filesystem::path folder_;
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
