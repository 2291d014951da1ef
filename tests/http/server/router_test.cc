#include "http/server/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace orchestrator_exporter::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

Endpoint saying(const std::string& text) {
  return [text](const Request&) { return Response{.body = text}; };
}

std::string answer(const Router& router, std::string_view method, const std::string& path) {
  return router.find(method, path)(Request{}).body;
}

TEST(Router, FindsByMethodAndExactPath) {
  Router router;
  router.add("GET", "/", saying("root")).add("GET", "/a", saying("get"));
  router.add("POST", "/a", saying("post"));
  EXPECT_EQ(answer(router, "GET", "/"), "root");
  EXPECT_EQ(answer(router, "HEAD", "/a"), "get");
  EXPECT_EQ(answer(router, "POST", "/a"), "post");
}

TEST(Router, Answers404ElseWhere) {
  Router router;
  router.add("GET", "/a", saying("get"));
  for (const char* path : {"/", "/a/", "/A", "/ab", "", "a", "/a\n"}) {
    try {
      router.find("GET", path);
      ADD_FAILURE() << path;
    } catch (const HttpError& error) {
      EXPECT_EQ(error.status(), 404) << path;
    }
  }
}

TEST(Router, NamesTheMethodsOfAPath) {
  Router router;
  router.add("GET", "/a", saying("get")).add("POST", "/a", saying("post"));
  try {
    router.find("DELETE", "/a");
    FAIL();
  } catch (const HttpError& error) {
    EXPECT_EQ(error.status(), 405);
    EXPECT_THAT(error.headers(), ElementsAre(Pair("Allow", "GET, HEAD, POST")));
  }
}

TEST(Router, FindsWhatGoesOnBehindAPrefix) {
  Router router;
  router.add("GET", "/a/*", saying("a")).add("GET", "/a/b/*", saying("b"));
  router.add("GET", "/a/b/exact", saying("exact"));
  EXPECT_EQ(answer(router, "GET", "/a/x/y"), "a");
  EXPECT_EQ(answer(router, "GET", "/a/b/x"), "b");
  EXPECT_EQ(answer(router, "GET", "/a/b/exact"), "exact");
  EXPECT_EQ(answer(router, "GET", "/a/b/"), "a");
  EXPECT_EQ(router.allowed("/a/x"), "GET, HEAD");
  for (const char* path : {"/a", "/a/", "/b/x"}) EXPECT_EQ(router.allowed(path), "") << path;
}

TEST(Router, RefusesInvalidRoutes) {
  Router router;
  router.add("GET", "/a", saying("get"));
  EXPECT_THROW(router.add("GET", "/a", saying("again")), std::invalid_argument);
  EXPECT_THROW(router.add("GET", "a", saying("get")), std::invalid_argument);
}

}  // namespace
}  // namespace orchestrator_exporter::http
