#include "http/security/basic_credentials.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter::http {
namespace {

// "user|password", or "none".
std::string parsed(std::string_view authorization) {
  const auto credentials = parseBasicCredentials(authorization);
  return credentials ? credentials->user + "|" + credentials->password : "none";
}

// The examples of RFC 7617, sections 2 and 2.1.
TEST(BasicCredentials, AreReadAsInTheirStandard) {
  EXPECT_EQ(parsed("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), "Aladdin|open sesame");
  EXPECT_EQ(parsed("Basic dGVzdDoxMjPCow=="), "test|123\u00a3");
}

TEST(BasicCredentials, MayHaveAnEmptyUserOrPassword) {
  EXPECT_EQ(parsed("Basic OnNlY3JldA=="), "|secret");
  EXPECT_EQ(parsed("Basic dXNlcjo="), "user|");
  EXPECT_EQ(parsed("Basic Og=="), "|");
}

TEST(BasicCredentials, EndTheUserAtTheFirstColon) { EXPECT_EQ(parsed("Basic YTpiOmM="), "a|b:c"); }

TEST(BasicCredentials, NameTheSchemeInAnyCase) {
  EXPECT_EQ(parsed("basic Og=="), "|");
  EXPECT_EQ(parsed("BASIC   Og== "), "|");
}

TEST(BasicCredentials, AreNothingElse) {
  for (const char* other : {"", "Basic", "Basic ", "BasicOg==", "Bearer Og==", "Og==", "Basic Og",
                            "Basic O*==", "Basic dXNlcg==", "Basic Og== Og=="}) {
    EXPECT_EQ(parsed(other), "none") << other;
  }
}

}  // namespace
}  // namespace orchestrator_exporter::http
