#include "http/security/password_cache.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter::http {
namespace {

Sha256Digest key(const std::string& password) { return PasswordCache::keyOf("u", "h", password); }

TEST(PasswordCache, RemembersBothAnswers) {
  PasswordCache cache;
  cache.add(key("right"), true);
  cache.add(key("wrong"), false);
  EXPECT_EQ(cache.find(key("right")), true);
  EXPECT_EQ(cache.find(key("wrong")), false);
  EXPECT_EQ(cache.find(key("other")), std::nullopt);
}

TEST(PasswordCache, TellsEveryPartOfAQuestionApart) {
  const Sha256Digest whole = PasswordCache::keyOf("user", "hash", "password");
  EXPECT_EQ(PasswordCache::keyOf("user", "hash", "password"), whole);
  EXPECT_NE(PasswordCache::keyOf("user", "hash", "passwore"), whole);
  EXPECT_NE(PasswordCache::keyOf("user", "hasi", "password"), whole);
  EXPECT_NE(PasswordCache::keyOf("uses", "hash", "password"), whole);
  EXPECT_NE(PasswordCache::keyOf("userh", "ash", "password"), whole);
  EXPECT_NE(PasswordCache::keyOf("user4 hash", "", "password"), whole);
}

TEST(PasswordCache, DropsATenthWhenItIsFull) {
  PasswordCache cache;
  for (std::size_t i = 0; i < 100; ++i) cache.add(key(std::to_string(i)), true);
  EXPECT_EQ(cache.size(), 100u);
  cache.add(key("new"), true);
  EXPECT_EQ(cache.size(), 91u);
  EXPECT_EQ(cache.find(key("new")), true);
  std::size_t left = 0;
  for (std::size_t i = 0; i < 100; ++i) left += cache.find(key(std::to_string(i))) ? 1 : 0;
  EXPECT_EQ(left, 90u);
}

}  // namespace
}  // namespace orchestrator_exporter::http
