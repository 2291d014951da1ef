#include "http/remote_write/encoding/snappy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <snappy.h>

#include <random>

#include "metrics/base/errors.h"

namespace orchestrator_exporter::remote_write {

namespace {

std::string randomBytes(std::size_t count) {
  std::mt19937 random(count);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// As the series of a request: alike but for a number and a value.
std::string manyAlike(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    all += "__name__ node_disk_reads_completed_total device disk" + std::to_string(i) +
           " instance localhost:9100 job node sample " + std::to_string(i * 7919 % 1000) + ";";
  }
  return all;
}

void expectSameAfterwards(const std::string& bytes) {
  EXPECT_TRUE(unpacked(packed(bytes)) == bytes) << bytes.size() << " bytes";
}

TEST(Snappy, GivesTheSameBytesAfterPackingOfAnyLength) {
  for (std::size_t count = 0; count < 300; ++count) {
    expectSameAfterwards(randomBytes(count));
    expectSameAfterwards(std::string(count, 'a'));
    expectSameAfterwards(manyAlike(20).substr(0, count));
  }
}

TEST(Snappy, GivesTheSameBytesAfterPackingWhatCannotBeMadeSmaller) {
  for (const std::size_t count : {65'535, 65'536, 65'537, 16'777'217}) {
    expectSameAfterwards(randomBytes(count));
  }
}

TEST(Snappy, GivesTheSameBytesAfterPackingWhatRepeatsNearAndFar) {
  const std::string part = randomBytes(1000);
  for (const std::size_t distance : {1, 11, 2'047, 2'048, 65'535, 65'536, 70'000}) {
    expectSameAfterwards(part + randomBytes(distance) + part + part.substr(0, distance % 1000));
  }
  expectSameAfterwards(manyAlike(5'000));
}

TEST(Snappy, PacksPartsThatAreAlikeInFewerBytesThanItsLibrary) {
  const std::string bytes = manyAlike(2'000);
  std::string byLibrary;
  snappy::Compress(bytes.data(), bytes.size(), &byLibrary);
  EXPECT_LT(packed(bytes).size(), byLibrary.size());
}

TEST(Snappy, RefusesWhatIsNotPacked) {
  EXPECT_THROW(unpacked("\xff"), ParseError);
  EXPECT_THROW(unpacked(packed("a text").substr(0, 4)), ParseError);
}

}  // namespace

}  // namespace orchestrator_exporter::remote_write
