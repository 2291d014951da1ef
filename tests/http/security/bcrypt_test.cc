#include "http/security/bcrypt.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter::http {
namespace {

// Known from the first implementations on, at cost 5.
constexpr char kStars[] = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";  // U*U
constexpr char kEmpty[] = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy";
constexpr char kMoreStars[] =
    "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a";  // U*U*U

std::string withPrefix(std::string hash, char letter) {
  hash[2] = letter;
  return hash;
}

TEST(Bcrypt, KnowsThePasswordOfAHash) {
  EXPECT_TRUE(bcryptMatches("U*U", kStars));
  EXPECT_TRUE(bcryptMatches("U*U*U", kMoreStars));
  EXPECT_TRUE(bcryptMatches("", kEmpty));
}

TEST(Bcrypt, KnowsNoOther) {
  for (const char* wrong : {"", "U*", "u*u", "U*U*", "U*U "}) {
    EXPECT_FALSE(bcryptMatches(wrong, kStars)) << wrong;
  }
}

TEST(Bcrypt, ComputesAllThreePrefixesAlike) {
  for (const char letter : {'a', 'b', 'y'}) {
    EXPECT_TRUE(bcryptMatches("U*U", withPrefix(kStars, letter))) << letter;
  }
  // By 2a libcrypt itself computes something else here, to tell hashes of an error of 2011.
  constexpr char kHighBits[] = "$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e";
  for (const char letter : {'a', 'b', 'y'}) {
    EXPECT_TRUE(bcryptMatches("\xff\xff\xa3", withPrefix(kHighBits, letter))) << letter;
  }
}

// 22 letters hold 132 bits, the salt has 128.
TEST(Bcrypt, DoesNotMindBitsBehindTheSalt) {
  std::string hash = kStars;
  ASSERT_EQ(hash[28], '.');
  hash[28] = 'A';
  EXPECT_TRUE(bcryptMatches("U*U", hash));
  hash[28] = 'O';  // one that counts
  EXPECT_FALSE(bcryptMatches("U*U", hash));
}

TEST(Bcrypt, CountsTheFirst72Bytes) {
  // From the collection of test vectors of crypt_blowfish: 72 bytes and more.
  constexpr char kLong[] = "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui";
  const std::string password =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  EXPECT_TRUE(bcryptMatches(password, kLong));
  EXPECT_TRUE(bcryptMatches(password + "chars after 72 are ignored", kLong));
  EXPECT_TRUE(bcryptMatches(password + std::string(10'000, 'x'), kLong));
  EXPECT_FALSE(bcryptMatches(password.substr(0, 71), kLong));
}

TEST(Bcrypt, EndsNoPasswordAtANul) {
  EXPECT_FALSE(bcryptMatches(std::string("U*U\0", 4), kStars));
  EXPECT_FALSE(bcryptMatches(std::string("\0", 1), kEmpty));
}

TEST(Bcrypt, TellsTheCost) {
  EXPECT_EQ(bcryptCost(kStars), 5);
  std::string hash = kStars;
  hash.replace(4, 2, "31");
  EXPECT_EQ(bcryptCost(hash), 31);
}

TEST(Bcrypt, FindsNoFaultInAHash) {
  for (const char* cost : {"04", "10", "31"}) {
    std::string hash = kStars;
    hash.replace(4, 2, cost);
    EXPECT_EQ(bcryptFault(hash), std::nullopt) << cost;
  }
}

TEST(Bcrypt, TellsWhatIsWrongWithAHash) {
  const auto changed = [](std::size_t at, std::size_t size, const std::string& by) {
    return bcryptFault(std::string(kStars).replace(at, size, by));
  };
  const std::string prefix = "it does not begin with $2a$, $2b$ or $2y$";
  for (const char* other : {"", "$2", "secret", "$1$salt$hash", "$6$salt$hash"}) {
    EXPECT_EQ(bcryptFault(other), prefix) << other;
  }
  EXPECT_EQ(changed(2, 1, "x"), prefix);
  EXPECT_EQ(changed(2, 1, ""), prefix);
  EXPECT_EQ(changed(0, 1, " $"), prefix);
  EXPECT_EQ(changed(59, 1, ""), "it has 59 characters, not 60");
  EXPECT_EQ(changed(59, 1, "WW"), "it has 61 characters, not 60");
  EXPECT_EQ(changed(4, 2, "03"), "its cost is 3, not 4 to 31");
  EXPECT_EQ(changed(4, 2, "32"), "its cost is 32, not 4 to 31");
  EXPECT_EQ(changed(4, 2, "1x"), "its cost is not two digits and a dollar sign");
  EXPECT_EQ(changed(4, 3, "100"), "its cost is not two digits and a dollar sign");
  const std::string letters = "it has other characters than letters, digits, dots and slashes";
  EXPECT_EQ(changed(20, 1, "+"), letters);
  EXPECT_EQ(changed(59, 1, "\n"), letters);
}

}  // namespace
}  // namespace orchestrator_exporter::http
