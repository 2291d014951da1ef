#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <random>

#include "metrics/history.h"
#include "metrics/history/columns/column_reader.h"
#include "metrics/history/columns/column_writer.h"

namespace orchestrator_exporter::history {

namespace {

// A position without a value is nullopt.
using Row = std::vector<std::optional<std::uint64_t>>;

std::uint64_t bitsOf(double value) { return std::bit_cast<std::uint64_t>(value); }

Row rowOf(const std::vector<double>& values) {
  Row row;
  for (const double value : values) row.emplace_back(bitsOf(value));
  return row;
}

std::vector<std::uint8_t> written(ColumnWriter& writer, const Row& row) {
  writer.clear();
  for (const auto& bits : row) {
    if (bits) {
      writer.append(std::bit_cast<double>(*bits));
    } else {
      writer.skip(1);
    }
  }
  std::vector<std::uint8_t> bytes;
  writer.write(bytes);
  return bytes;
}

Row read(std::span<const std::uint8_t> bytes, std::size_t positions) {
  Row row(positions);
  ColumnReader reader(bytes, static_cast<std::uint32_t>(positions));
  while (reader.next()) row[reader.position()] = bitsOf(reader.value());
  return row;
}

Row readBack(const Row& row) {
  ColumnWriter writer;
  return read(written(writer, row), row.size());
}

std::size_t bytesOf(const std::vector<double>& values) {
  ColumnWriter writer;
  return written(writer, rowOf(values)).size();
}

std::vector<double> generate(std::size_t count, const std::function<double(std::size_t)>& value) {
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) values.push_back(value(i));
  return values;
}

// Rows as series have them, and as nothing has them.
class RandomRows {
 public:
  Row next() {
    const std::size_t kinds = 10;
    const std::size_t kind = random_() % kinds;
    std::uint64_t mixed = 0;
    double level = std::floor(unit() * 1e6);
    Row row;
    for (std::size_t i = 0; i < 120; ++i) {
      const std::size_t now = kind == kinds - 1 ? (mixed = random_()) % (kinds - 1) : kind;
      row.push_back(one(now, level));
    }
    return row;
  }

 private:
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }

  std::optional<std::uint64_t> one(std::size_t kind, double& level) {
    switch (kind) {
      case 0:
        return random_();  // any bits: NaN payloads, subnormal numbers, infinities
      case 1:
        return bitsOf(level);
      case 2:
        return bitsOf(level += std::floor(unit() * 1000));
      case 3:
        return bitsOf((level += std::floor(unit() * 100)) / 100);
      case 4:
        return bitsOf(std::round(unit() * 1e6) / 1e3);
      case 5:
        return bitsOf(level += unit());
      case 6:
        return bitsOf(awkward());
      case 7:
        if (random_() % 4 == 0) return std::nullopt;
        return bitsOf(level);
      default:
        return bitsOf(
            std::ldexp(std::floor(unit() * 1000), static_cast<int>(random_() % 120) - 60));
    }
  }

  double awkward() {
    using Limits = std::numeric_limits<double>;
    const double values[] = {0.0,
                             -0.0,
                             1.0,
                             -1.0,
                             Limits::infinity(),
                             -Limits::infinity(),
                             Limits::quiet_NaN(),
                             -Limits::quiet_NaN(),
                             std::bit_cast<double>(kStaleBits),
                             Limits::denorm_min(),
                             Limits::min(),
                             Limits::max(),
                             Limits::lowest(),
                             9007199254740991.0,
                             9007199254740992.0,
                             -9007199254740993.0,
                             18446744073709551615.0,
                             9223372036854775808.0,
                             -9223372036854775808.0,
                             0.1,
                             0.1 + 0.2,
                             1e-15,
                             1e-16,
                             123456789.123456789,
                             9.007199254740991};
    return values[random_() % std::size(values)];
  }

  std::mt19937_64 random_{20261129};
};

}  // namespace

TEST(Column, GivesBackEveryBit) {
  RandomRows rows;
  ColumnWriter writer;
  for (int i = 0; i < 30'000; ++i) {
    const Row row = rows.next();
    ASSERT_EQ(read(written(writer, row), row.size()), row) << "row " << i;
  }
}

TEST(Column, GivesBackRowsOfOneAndOfNone) {
  EXPECT_EQ(readBack({}), Row{});
  for (const double value : {0.0, -0.0, 5.0, 0.25, std::nan(""), 1.0 / 3}) {
    EXPECT_EQ(readBack(rowOf({value})), rowOf({value}));
  }
}

TEST(Column, KeepsPositionsWithoutAValue) {
  const Row row = {std::nullopt, bitsOf(5), bitsOf(5), std::nullopt, std::nullopt, bitsOf(7)};
  EXPECT_EQ(readBack(row), row);
}

TEST(Column, CanBeReadWhileItGrows) {
  const std::vector<double> values = {5, 5, 5, 6, 7, 8, 8, 8, 0.1 + 0.2, 0.1 + 0.2, 9.5, 9.5};
  for (std::size_t count = 0; count <= values.size(); ++count) {
    const Row row = rowOf({values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)});
    EXPECT_EQ(readBack(row), row);
  }
}

TEST(Column, CostsNearlyNothingIfItNeverChanges) {
  EXPECT_LE(bytesOf(std::vector<double>(120, 0)), 6u);
  EXPECT_LE(bytesOf(std::vector<double>(120, 16384000)), 9u);
  EXPECT_LE(bytesOf(std::vector<double>(120, std::nan(""))), 12u);
  ColumnWriter writer;
  for (int i = 0; i < 120; ++i) writer.append(0.5);
  EXPECT_EQ(writer.heldBytes(), 0u);
}

TEST(Column, CostsNearlyNothingIfItChangesSteadily) {
  const auto steady = [](std::size_t i) { return 1e6 + 15.0 * static_cast<double>(i); };
  EXPECT_LE(bytesOf(generate(120, steady)), 32u);
}

TEST(Column, CostsAByteForASmallChangeOfADecimal) {
  std::mt19937_64 random(1);
  double ticks = 123456;
  const auto counted = [&](std::size_t) {
    return (ticks += 50 + static_cast<double>(random() % 16)) / 100;
  };
  EXPECT_LE(bytesOf(generate(120, counted)), 140u);
}

TEST(Column, CostsAByteMoreThanItsBitsIfItIsNoDecimal) {
  std::mt19937_64 random(1);
  double sum = 0;
  const auto summed = [&](std::size_t) {
    return sum += static_cast<double>(random() >> 11) * 0x1p-53;
  };
  EXPECT_LE(bytesOf(generate(120, summed)), 120u * 9);
}

TEST(Column, ThatIsDamagedThrowsOrGivesValues) {
  RandomRows rows;
  std::mt19937_64 random(7);
  ColumnWriter writer;
  for (int i = 0; i < 3'000; ++i) {
    auto bytes = written(writer, rows.next());
    for (int change = 0; change < 3; ++change) {
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    }
    bytes.resize(random() % (bytes.size() + 1));
    std::uint32_t last = 0;
    try {
      ColumnReader reader(bytes, 120);
      while (reader.next()) last = reader.position();
    } catch (const DamagedColumn&) {
    }
    ASSERT_LT(last, 120u);
  }
}

TEST(Column, ThatSaysMoreThanItsPositionsIsDamaged) {
  ColumnWriter writer;
  const auto bytes = written(writer, rowOf({5, 5, 5}));
  ColumnReader reader(bytes, 2);
  EXPECT_TRUE(reader.next());
  EXPECT_TRUE(reader.next());
  EXPECT_THROW(reader.next(), DamagedColumn);
}

}  // namespace orchestrator_exporter::history
