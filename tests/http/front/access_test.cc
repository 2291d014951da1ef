#include "http/front/access.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter::http {
namespace {

const Peer kHere{"127.0.0.1", true};
const Peer kElsewhere{"192.0.2.7", false};

RequestHead headWith(const std::string& lines, const std::string& host = "localhost:10190") {
  return *parseRequestHead("POST /push HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n");
}

int statusOf(const std::optional<HttpError>& fault) { return fault ? fault->status() : 0; }

WriteAccess withTokens() {
  return WriteAccess({}, [](std::string_view token) { return token == "right"; });
}

}  // namespace

TEST(WriteAccess, IsForPeersOnThisHost) {
  EXPECT_EQ(statusOf(WriteAccess().fault(headWith(""), kHere)), 0);
  EXPECT_EQ(statusOf(WriteAccess().fault(headWith(""), kElsewhere)), 403);
}

TEST(WriteAccess, IsForUsersFromAnywhere) {
  EXPECT_EQ(statusOf(WriteAccess().fault(headWith("", "host.example"), kElsewhere, true)), 0);
}

TEST(WriteAccess, IsForWhoeverBringsATokenFromAnywhere) {
  for (const char* scheme : {"Bearer right", "bearer  right"}) {
    const auto head = headWith(std::string("Authorization: ") + scheme + "\r\n", "host.example");
    EXPECT_EQ(statusOf(withTokens().fault(head, kElsewhere)), 0) << scheme;
  }
}

TEST(WriteAccess, RefusesATokenThatIsNotKnownAndSaysHowToAsk) {
  const auto fault = withTokens().fault(headWith("Authorization: Bearer wrong\r\n"), kElsewhere);
  ASSERT_EQ(statusOf(fault), 401);
  const Fields wanted{{"WWW-Authenticate", "Bearer"}};
  EXPECT_EQ(fault->headers(), wanted);
}

TEST(WriteAccess, TakesNoTokenIfThereAreNone) {
  const auto head = headWith("Authorization: Bearer right\r\n");
  EXPECT_EQ(statusOf(WriteAccess().fault(head, kElsewhere)), 403);
  EXPECT_EQ(statusOf(WriteAccess().fault(head, kHere)), 0);
}

TEST(WriteAccess, RefusesNamesThatMayHaveBeenMadeToLeadHere) {
  EXPECT_EQ(statusOf(WriteAccess().fault(headWith("", "evil.example:10190"), kHere)), 403);
  for (const char* host :
       {"localhost", "LOCALHOST:1", "a.localhost", "127.0.0.1:10190", "[::1]:1"}) {
    EXPECT_EQ(statusOf(WriteAccess().fault(headWith("", host), kHere)), 0) << host;
  }
  EXPECT_EQ(statusOf(WriteAccess({"MINE"}).fault(headWith("", "Mine:10190"), kHere)), 0);
}

TEST(WriteAccess, RefusesPagesOfOtherOriginsWhateverTheyBring) {
  for (const char* field : {"Origin: http://evil.example", "Origin: null",
                            "Origin: http://localhost:3000", "Sec-Fetch-Site: cross-site"}) {
    const auto head = headWith(std::string(field) + "\r\nAuthorization: Bearer right\r\n");
    EXPECT_EQ(statusOf(withTokens().fault(head, kHere)), 403) << field;
    EXPECT_EQ(statusOf(withTokens().fault(head, kHere, true)), 403) << field;
  }
  EXPECT_EQ(statusOf(WriteAccess().fault(headWith("Origin: http://localhost:10190\r\n"), kHere)),
            0);
}

}  // namespace orchestrator_exporter::http
