#include "metrics/profiling/profile_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "metrics/base/utf8.h"
#include "metrics/profiling/call_tree.h"
#include "metrics/profiling/hot_spots.h"

namespace orchestrator_exporter::profiling {

namespace {

constexpr std::size_t kHotSpots = 15;
constexpr std::size_t kLongestName = 60;
constexpr double kLeastShare = 0.01;

std::string right(const std::string& text, std::size_t width) {
  const std::size_t length = utf8Length(text);
  return (length < width ? std::string(width - length, ' ') : "") + text;
}

std::string left(const std::string& text, std::size_t width) {
  const std::size_t length = utf8Length(text);
  return text + (length < width ? std::string(width - length, ' ') : "");
}

std::string shortName(const std::string& name) {
  if (name.size() <= kLongestName) return name;
  return std::string(utf8Prefix(name, kLongestName - 3)) + "…";
}

// The last part of a path is what people know a file by.
std::string fileName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string inBrackets(const std::string& name) {
  return name.starts_with('[') ? name : "[" + name + "]";
}

void appendHotSpots(std::string& text, const Profile& profile, std::vector<HotSpot> spots,
                    bool byTotal) {
  if (byTotal) {
    std::stable_sort(spots.begin(), spots.end(), [](const HotSpot& one, const HotSpot& other) {
      return one.total > other.total;
    });
  }
  const std::string& unit = profile.types()[profile.main()].unit;
  const auto all = static_cast<double>(profile.total(profile.main()));
  text += std::string("\nHot spots by ") + (byTotal ? "total" : "own") + " " +
          profile.types()[profile.main()].type + "\n" +
          "       own             total             does        function\n";
  for (std::size_t i = 0; i < std::min(kHotSpots, spots.size()); ++i) {
    const HotSpot& spot = spots[i];
    if ((byTotal ? spot.total : spot.self) <= 0) break;
    const auto value = [&](std::int64_t number) {
      const auto given = static_cast<double>(number);
      return right(valueText(given, unit), 10) + right(shareText(given, all), 7);
    };
    text += value(spot.self) + " " + value(spot.total) + "  " +
            left(std::string(nameOf(spot.activity)), 10) + "  " + shortName(spot.name);
    if (!spot.place.empty()) {
      text += "  " + fileName(spot.place);
    } else if (!spot.binary.empty()) {
      text += "  " + inBrackets(fileName(spot.binary));
    }
    text += '\n';
  }
}

// A chain of functions that call only one another stays at one depth of the page.
void appendTree(std::string& text, const CallNode& node, double all, const std::string& unit,
                std::size_t depth) {
  for (const CallNode& child : node.children) {
    const auto total = static_cast<double>(child.total);
    if (total < all * kLeastShare) break;
    text += right(valueText(total, unit), 10) + right(shareText(total, all), 7) + "  " +
            std::string(2 * depth, ' ') + shortName(child.name) + '\n';
    const bool isChain = child.children.size() == 1 && child.children.front().total == child.total;
    appendTree(text, child, all, unit, isChain ? depth : depth + 1);
  }
}

}  // namespace

std::string profileText(const Profile& profile) {
  const ValueType& main = profile.types()[profile.main()];
  const auto all = static_cast<double>(profile.total(profile.main()));
  std::string text = profile.title.empty() ? "Profile" : profile.title;
  text += ": " + valueText(all, main.unit) + " " + main.type;
  if (profile.durationNanoseconds > 0) {
    text += " in " + valueText(static_cast<double>(profile.durationNanoseconds), "nanoseconds");
  }
  text += '\n';
  if (all > 0) {
    const std::vector<HotSpot> spots = hotSpots(profile);
    appendHotSpots(text, profile, spots, false);
    appendHotSpots(text, profile, spots, true);
    text += "\nCalls that take 1 % or more\n";
    appendTree(text, callTree(profile), all, main.unit, 0);
  }
  if (!profile.notes.empty()) text += '\n';
  for (const std::string& note : profile.notes) text += note + '\n';
  return text;
}

}  // namespace orchestrator_exporter::profiling
