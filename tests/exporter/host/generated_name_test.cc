#include "exporter/host/generated_name.h"

#include <gtest/gtest.h>

namespace orchestrator_exporter {

std::string generated(std::string_view text) {
  std::string name = "node_";
  appendGeneratedName(name, text);
  return name;
}

TEST(GeneratedName, KeepsLettersDigitsAndUnderscores) {
  EXPECT_EQ(generated("aB__9_"), "node_aB__9_");
  EXPECT_EQ(generated(""), "node_");
}

TEST(GeneratedName, MakesOneUnderscoreOfARunOfOthersAndTheUnderscoresAtIt) {
  EXPECT_EQ(generated("package-0-die"), "node_package_0_die");
  EXPECT_EQ(generated("a__-.b"), "node_a_b");
  EXPECT_EQ(generated("a -__b-"), "node_a_b_");
  EXPECT_EQ(generated("\xC3\xA4__b"), "node__b");
}

}  // namespace orchestrator_exporter
