#include "metrics/profiling/speedscope.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "metrics/exposition/json_text.h"

namespace orchestrator_exporter::profiling {

namespace {

using nlohmann::json;

std::string unitOf(const ValueType& type) {
  return type.unit == "nanoseconds" || type.unit == "bytes" ? type.unit : "none";
}

// Frames as readers tell them apart: by function and file.
class SharedFrames {
 public:
  explicit SharedFrames(const Profile& profile) {
    std::map<std::pair<std::string, std::string>, std::size_t> known;
    for (const Frame& frame : profile.frames()) {
      const auto [place, isNew] = known.try_emplace({frame.name, frame.file}, all.size());
      places.push_back(place->second);
      if (!isNew) continue;
      json one = {{"name", frame.name}};
      if (!frame.file.empty()) one["file"] = frame.file;
      if (frame.line != 0) one["line"] = frame.line;
      all.push_back(std::move(one));
    }
  }

  json all = json::array();
  std::vector<std::size_t> places;  // in `all`, of each frame of the profile
};

json profileOf(const Profile& profile, const SharedFrames& frames, std::size_t type) {
  json samples = json::array();
  json weights = json::array();
  std::int64_t end = 0;
  for (const Profile::Stack& stack : profile.stacks()) {
    const std::int64_t value = stack.values[type];
    if (value <= 0) continue;
    json sample = json::array();
    for (const std::uint32_t frame : stack.frames) sample.push_back(frames.places[frame]);
    samples.push_back(std::move(sample));
    weights.push_back(value);
    end += value;
  }
  return {{"type", "sampled"},
          {"name", profile.types()[type].type},
          {"unit", unitOf(profile.types()[type])},
          {"startValue", 0},
          {"endValue", end},
          {"samples", std::move(samples)},
          {"weights", std::move(weights)}};
}

}  // namespace

std::string speedscope(const Profile& profile) {
  SharedFrames frames(profile);
  json profiles = json::array({profileOf(profile, frames, profile.main())});
  for (std::size_t type = 0; type < profile.types().size(); ++type) {
    if (type != profile.main()) profiles.push_back(profileOf(profile, frames, type));
  }
  return jsonText({{"$schema", "https://www.speedscope.app/file-format-schema.json"},
                   {"name", profile.title},
                   {"exporter", "orchestrator_exporter"},
                   {"activeProfileIndex", 0},
                   {"shared", {{"frames", std::move(frames.all)}}},
                   {"profiles", std::move(profiles)}});
}

}  // namespace orchestrator_exporter::profiling
