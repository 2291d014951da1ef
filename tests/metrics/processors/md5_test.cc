#include "metrics/processors/md5.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrator_exporter {
namespace {

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const std::uint8_t byte : md5(bytes)) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

// The vectors of RFC 1321, appendix A.5.
TEST(Md5, GivesTheDigestsOfItsStandard) {
  EXPECT_EQ(hexadecimal(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hexadecimal("a"), "0cc175b9c0f1b6a831c399e269772661");
  EXPECT_EQ(hexadecimal("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hexadecimal("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(hexadecimal("abcdefghijklmnopqrstuvwxyz"), "c3fcd3d76192e4007dfb496cca67e13b");
  EXPECT_EQ(hexadecimal("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
            "d174ab98d277d9f5a5611c2c9f419d9f");
  EXPECT_EQ(hexadecimal(
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

}  // namespace
}  // namespace orchestrator_exporter
