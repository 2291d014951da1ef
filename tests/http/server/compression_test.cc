#include "http/server/compression.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_client.h"

namespace orchestrator_exporter::http {
namespace {

std::string packed(Gzip& gzip, const std::vector<std::string_view>& parts) {
  TextBuffer out;
  gzip.compress(parts, out);
  return std::string(out.view());
}

TEST(Gzip, PacksPartsIntoOneMember) {
  Gzip gzip;
  const std::string line(1000, 'x');
  const std::string body = packed(gzip, {line, "", "y\n", line});
  EXPECT_EQ(test::gunzip(body), line + "y\n" + line);
  EXPECT_LT(body.size(), 100U);
}

TEST(Gzip, PacksNothing) {
  Gzip gzip;
  EXPECT_EQ(test::gunzip(packed(gzip, {})), "");
  EXPECT_EQ(test::gunzip(packed(gzip, {""})), "");
}

TEST(Gzip, AppendsAndStartsAnewForEachBody) {
  Gzip gzip;
  TextBuffer out;
  out.append("head");
  const std::vector<std::string_view> first = {"one", "two"};
  gzip.compress(first, out);
  EXPECT_EQ(test::gunzip(out.view().substr(4)), "onetwo");
  EXPECT_EQ(test::gunzip(packed(gzip, {"three", "four"})), "threefour");
}

TEST(Gzip, PacksLargeBodiesAndThenSmallOnes) {
  Gzip gzip;
  const std::string large(20U << 20, 'a');
  EXPECT_EQ(test::gunzip(packed(gzip, {large, "b"})).size(), large.size() + 1);
  EXPECT_EQ(test::gunzip(packed(gzip, {"c", "d"})), "cd");
}

TEST(Gzip, PacksWhatItsCodesWereNotMadeFor) {
  Gzip gzip;
  std::mt19937 random(7);
  std::string noise(300'000, '\0');
  for (char& c : noise) c = static_cast<char>(random());
  EXPECT_EQ(test::gunzip(packed(gzip, {std::string(1000, 'a')})), std::string(1000, 'a'));
  EXPECT_EQ(test::gunzip(packed(gzip, {noise, "b", noise})), noise + "b" + noise);
}

TEST(Gzip, PacksEachOfManyBodiesWhole) {
  Gzip gzip(1);
  std::string body;
  for (int i = 0; i < 200; ++i) {
    body += "node_cpu_seconds_total{cpu=\"" + std::to_string(i) + "\",mode=\"idle\"} 1\n";
    ASSERT_EQ(test::gunzip(packed(gzip, {body, "# EOF\n"})), body + "# EOF\n") << i;
  }
}

TEST(Gzip, ServesMoreThreadsThanItHasWorkspaces) {
  Gzip gzip(2);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&gzip, i] {
      const std::string text(10'000, static_cast<char>('a' + i));
      for (int round = 0; round < 20; ++round) {
        EXPECT_EQ(test::gunzip(packed(gzip, {text, "!"})), text + "!");
      }
    });
  }
}

TEST(AcceptsGzip, ReadsWeights) {
  for (const char* yes : {"gzip", "x-gzip", "GZIP", "gzip, deflate, br, zstd", "br;q=1, gzip;q=0.1",
                          "*", "*;q=0.5", "identity;q=0, *", "gzip;q=1.0, identity;q=0.5",
                          "gzip;q=0.5, *;q=0", "identity;q=0.5, gzip;q=0.5"}) {
    EXPECT_TRUE(acceptsGzip(yes)) << yes;
  }
  for (const char* no :
       {"", "identity", "gzip;q=0", "gzip;q=0.000", "br, x-foo", "*;q=0", "gzip;q=0, *",
        "identity;q=0", "identity, gzip;q=0.5", "gzip;q=zero", "gzipped"}) {
    EXPECT_FALSE(acceptsGzip(no)) << no;
  }
  EXPECT_FALSE(acceptsGzip(std::nullopt));
}

}  // namespace
}  // namespace orchestrator_exporter::http
