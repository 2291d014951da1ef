#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace orchestrator_exporter::history {

// Numbers of the values of labels. Those that are not used any more are given again.
using ValueId = std::uint32_t;

// The values of one label in the order of their texts, as numbers: in pages, so that one comes in
// without moving all that are behind it. Who calls gives `textOf`, which leads from a number to its
// text. Not thread-safe.
class ValueOrder {
 public:
  bool empty() const { return pages_.empty(); }

  // The one with this text.
  template <typename TextOf>
  std::optional<ValueId> find(std::string_view text, TextOf textOf) const {
    const Place place = lowerBound(text, textOf);
    if (!isThere(place, text, textOf)) return std::nullopt;
    return pages_[place.page][place.at];
  }

  // There must be none of its text.
  template <typename TextOf>
  void insert(ValueId value, TextOf textOf) {
    Place place = lowerBound(textOf(value), textOf);
    if (place.page == pages_.size()) pages_.emplace_back();
    if (pages_[place.page].size() == kOfPage) place = makeRoom(place);
    Page& page = pages_[place.page];
    page.insert(page.begin() + static_cast<std::ptrdiff_t>(place.at), value);
  }

  // It must be there.
  template <typename TextOf>
  void erase(ValueId value, TextOf textOf) {
    const Place place = lowerBound(textOf(value), textOf);
    Page& page = pages_[place.page];
    page.erase(page.begin() + static_cast<std::ptrdiff_t>(place.at));
    if (page.empty()) pages_.erase(pages_.begin() + static_cast<std::ptrdiff_t>(place.page));
  }

  // Calls take(value) for up to `most` whose texts are greater than `after`; false behind the last.
  template <typename TextOf, typename Take>
  bool forEachAfter(std::string_view after, std::size_t most, TextOf textOf, Take take) const {
    Place place = lowerBound(after, textOf);
    if (isThere(place, after, textOf)) ++place.at;
    for (; place.page < pages_.size(); ++place.page, place.at = 0) {
      const Page& page = pages_[place.page];
      for (; place.at < page.size(); ++place.at) {
        if (most-- == 0) return true;
        take(page[place.at]);
      }
    }
    return false;
  }

 private:
  static constexpr std::size_t kOfPage = 128;
  using Page = std::vector<ValueId>;
  struct Place {
    std::size_t page;
    std::size_t at;
  };

  // Where the text is, or would be: in the last page that begins with none greater.
  template <typename TextOf>
  Place lowerBound(std::string_view text, TextOf textOf) const {
    const auto behind = std::ranges::upper_bound(
        pages_, text, {}, [&](const Page& page) { return textOf(page.front()); });
    if (pages_.empty()) return {0, 0};
    const std::size_t page =
        behind == pages_.begin() ? 0 : static_cast<std::size_t>(behind - pages_.begin()) - 1;
    const auto at = std::ranges::lower_bound(pages_[page], text, {}, std::ref(textOf));
    return {page, static_cast<std::size_t>(at - pages_[page].begin())};
  }
  template <typename TextOf>
  bool isThere(const Place& place, std::string_view text, TextOf textOf) const {
    return place.page < pages_.size() && place.at < pages_[place.page].size() &&
           textOf(pages_[place.page][place.at]) == text;
  }

  // Splits the full page of a place; returns where the place is now. What comes in order leaves
  // full pages behind.
  Place makeRoom(const Place& place);

  std::vector<Page> pages_;  // none is empty
};

}  // namespace orchestrator_exporter::history
