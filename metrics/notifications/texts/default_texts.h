#pragma once

#include <span>
#include <string_view>

namespace orchestrator_exporter::notifications {

// A template that is always there, unless a file has one of its name.
struct DefaultText {
  std::string_view name;
  std::string_view text;
};

// What messages say if nobody says otherwise, under the names that Alertmanager's have, so that
// templates of users can take their places.
std::span<const DefaultText> defaultTexts();

}  // namespace orchestrator_exporter::notifications
