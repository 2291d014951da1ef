#include "exporter/configuration/key.h"

#include <gtest/gtest.h>

#include "exporter/configuration/configuration.h"

namespace orchestrator_exporter::configuration {

TEST(ConfigurationTables, EveryDefaultIsAValueOfItsKey) {
  EXPECT_NO_THROW(Configuration{declaredBlocks()});
}

TEST(ConfigurationTables, EveryKeyHasAHelpThatIsASentence) {
  const auto check = [](const auto& self, const Key& key, const std::string& path) -> void {
    if (!key.name.empty()) {
      ASSERT_FALSE(key.help.empty()) << path;
      EXPECT_EQ(key.help.back(), '.') << path;
    }
    for (const Key& child : key.keys) self(self, child, path + "." + child.name);
  };
  for (const Key& block : declaredBlocks()) check(check, block, block.name);
}

}  // namespace orchestrator_exporter::configuration
