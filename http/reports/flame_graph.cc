#include "http/reports/flame_graph.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "http/pages/html.h"
#include "http/reports/flame_graph_look.h"
#include "http/security/sha256.h"
#include "metrics/base/base64.h"
#include "metrics/profiling/call_tree.h"
#include "metrics/profiling/hot_spots.h"

namespace orchestrator_exporter::http {

namespace {

using profiling::Activity;
using profiling::CallNode;
using profiling::FrameKind;
using profiling::HotSpot;
using profiling::Profile;

constexpr int kRowHeight = 18;
constexpr double kLeastFlame = 0.001;
constexpr std::size_t kHotSpotRows = 20;

char classOf(Activity activity, FrameKind kind) {
  if (kind == FrameKind::kKernel && activity == Activity::kComputes) return 'k';
  constexpr std::string_view kClasses = "ucwam";
  return kClasses[static_cast<std::size_t>(activity)];
}

std::string decimals(double number) {
  std::array<char, 32> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.4f", number);
  return {text.data(), static_cast<std::size_t>(length)};
}

class Flames {
 public:
  explicit Flames(const Profile& profile)
      : unit_(profile.types()[profile.main()].unit),
        all_(static_cast<double>(profile.total(profile.main()))) {}

  std::string drawn(const CallNode& root) {
    addChildren(root, 0, 0);
    return "<svg class=\"flames\" height=\"" + std::to_string(rows_ * kRowHeight + 12) +
           "\" role=\"group\" aria-label=\"Flame graph\">\n" + boxes_ + "</svg>\n";
  }

 private:
  std::string value(std::int64_t number) const {
    return profiling::valueText(static_cast<double>(number), unit_) + " (" +
           profiling::shareText(static_cast<double>(number), all_) + ")";
  }

  void addChildren(const CallNode& node, double begin, int row) {
    for (const CallNode& child : node.children) {
      const double width = 100 * static_cast<double>(child.total) / all_;
      if (width < 100 * kLeastFlame) break;
      addBox(child, begin, width, row);
      addChildren(child, begin, row + 1);
      begin += width;
    }
  }

  void addBox(const CallNode& node, double begin, double width, int row) {
    rows_ = std::max(rows_, row + 1);
    const std::string name = escapeHtml(node.name);
    std::string says = name + ": " + value(node.total) + ", " + value(node.self) + " of its own";
    if (const auto activity = nameOf(node.activity); !activity.empty()) {
      says += ", " + std::string(activity);
    }
    if (!node.binary.empty()) says += ", " + escapeHtml(node.binary);
    boxes_ += std::string("<svg class=\"f ") + classOf(node.activity, node.kind) + "\" x=\"" +
              decimals(begin) + "%\" y=\"" + std::to_string(row * kRowHeight) + "\" width=\"" +
              decimals(width) + "%\" height=\"" + std::to_string(kRowHeight) + "\" data-x=\"" +
              decimals(begin) + "\" data-w=\"" + decimals(width) + "\" data-d=\"" +
              std::to_string(row) + "\"><title>" + says + "</title><rect width=\"100%\" height=\"" +
              std::to_string(kRowHeight) + "\"/><text x=\"5\" y=\"13\">" + name + "</text></svg>\n";
  }

  const std::string unit_;
  const double all_;
  int rows_ = 0;
  std::string boxes_;
};

std::string keysOf() {
  constexpr std::array<std::pair<char, const char*>, 5> kKeys = {{{'c', "computes"},
                                                                  {'k', "computes in the kernel"},
                                                                  {'w', "waits"},
                                                                  {'a', "allocates"},
                                                                  {'m', "does I/O"}}};
  std::string text = "<ul class=\"keys\">";
  for (const auto& [key, name] : kKeys) {
    text += std::string("<li><svg class=\"") + key + "\"><rect width=\"12\" height=\"12\"/></svg>" +
            name + "</li>";
  }
  return text + "</ul>";
}

std::string hotSpotTable(const Profile& profile) {
  const std::string& unit = profile.types()[profile.main()].unit;
  const auto all = static_cast<double>(profile.total(profile.main()));
  std::string text =
      "<table><thead><tr><th class=\"n\">own</th><th class=\"n\">share</th><th "
      "class=\"n\">total</th>"
      "<th class=\"n\">share</th><th>does</th><th>function</th></tr></thead><tbody>\n";
  const auto cells = [&](std::int64_t number) {
    const auto value = static_cast<double>(number);
    return "<td class=\"n\">" + escapeHtml(profiling::valueText(value, unit)) +
           "</td><td class=\"n\">" + profiling::shareText(value, all) + "</td>";
  };
  const std::vector<HotSpot> spots = profiling::hotSpots(profile);
  for (std::size_t i = 0; i < std::min(kHotSpotRows, spots.size()); ++i) {
    const HotSpot& spot = spots[i];
    if (spot.self <= 0) break;
    const std::string& place = spot.place.empty() ? spot.binary : spot.place;
    text += "<tr>" + cells(spot.self) + cells(spot.total) + "<td>" +
            std::string(nameOf(spot.activity)) + "</td><td class=\"name\">" +
            escapeHtml(spot.name) +
            (place.empty() ? "" : " <small>" + escapeHtml(place) + "</small>") + "</td></tr>\n";
  }
  return text + "</tbody></table>\n";
}

std::string factsOf(const Profile& profile) {
  const profiling::ValueType& main = profile.types()[profile.main()];
  std::string text =
      profiling::valueText(static_cast<double>(profile.total(profile.main())), main.unit) + " " +
      main.type;
  if (profile.durationNanoseconds > 0) {
    text += " in " +
            profiling::valueText(static_cast<double>(profile.durationNanoseconds), "nanoseconds");
  }
  const std::size_t samples = profile.typeOf("samples");
  if (samples < profile.types().size() && samples != profile.main()) {
    text += ", " + std::to_string(profile.total(samples)) + " samples";
  }
  return text;
}

std::string profileWith(const std::string& heading, const Profile& profile) {
  std::string text = "<div class=\"profile\">\n<" + heading + ">" +
                     escapeHtml(profile.title.empty() ? "Profile" : profile.title) + "</" +
                     heading + ">\n<p class=\"facts\">" + escapeHtml(factsOf(profile)) + "</p>\n";
  if (profile.total(profile.main()) > 0) {
    text += "<div class=\"sheet\"><div class=\"bar\">" + keysOf() +
            "<span class=\"tools\"><input type=\"search\" placeholder=\"Search\" "
            "aria-label=\"Search functions\"><button disabled>Whole graph</button></span></div>\n"
            "<div class=\"about\">Width is time, and each row is called by the one above.</div>\n" +
            Flames(profile).drawn(profiling::callTree(profile)) + "</div>\n<h2>Hot spots</h2>\n" +
            "<div class=\"sheet\">" + hotSpotTable(profile) + "</div>\n";
  } else {
    text += "<p>Nothing was sampled.</p>\n";
  }
  for (const std::string& note : profile.notes) {
    text += "<p class=\"notes\">" + escapeHtml(note) + "</p>\n";
  }
  return text + "</div>\n";
}

}  // namespace

const std::string_view kFlameGraphStyle = kFlameGraphLook;
const std::string_view kFlameGraphScript = kFlameGraphBehaviour;

std::string policyHash(std::string_view text) {
  const Sha256Digest digest = sha256(text);
  return "'sha256-" + encodeBase64({reinterpret_cast<const char*>(digest.data()), digest.size()}) +
         "'";
}

std::string flameGraphPart(const Profile& profile) { return profileWith("h3", profile); }

std::string flameGraphPage(const Profile& profile) {
  const std::string title = escapeHtml(profile.title.empty() ? "Profile" : profile.title);
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src " +
         policyHash(kFlameGraphStyle) + "; script-src " + policyHash(kFlameGraphScript) +
         "\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         title + "</title>\n<style>" + std::string(kFlameGraphStyle) +
         "</style></head><body class=\"themed\">\n" + profileWith("h1", profile) + "<script>" +
         std::string(kFlameGraphScript) + "</script></body></html>\n";
}

}  // namespace orchestrator_exporter::http
