#include "metrics/notifications/texts/message_functions.h"

#include <algorithm>

#include "metrics/base/words.h"
#include "metrics/notifications/texts/template_json.h"
#include "metrics/notifications/time_zone.h"
#include "metrics/rules/expansion/humanize.h"
#include "metrics/rules/expansion/number_argument.h"
#include "metrics/rules/expansion/texts.h"
#include "metrics/text_template/escapes.h"
#include "metrics/text_template/format.h"
#include "metrics/text_template/methods.h"
#include "metrics/text_template/template_error.h"
#include "metrics/text_template/time_layout.h"

namespace orchestrator_exporter::notifications {

namespace {

using text_template::CallError;
using text_template::Context;
using text_template::Function;
using text_template::List;
using text_template::Map;
using text_template::Value;
using Arguments = std::span<const Value>;

const std::string& textAt(Arguments of, std::size_t at) { return std::get<std::string>(of[at]); }
const text_template::Time& timeAt(Arguments of, std::size_t at) {
  return std::get<text_template::Time>(of[at]);
}

template <std::string (*kChange)(std::string_view)>
Value changed(Arguments of, const Context*) {
  return kChange(textAt(of, 0));
}

Value trimmed(Arguments of, const Context*) {
  return std::string(withoutOuterUnicodeSpace(textAt(of, 0)));
}

Value join(Arguments of, const Context*) {
  std::string text;
  bool isFirst = true;
  for (const Value& item : std::get<std::shared_ptr<const List>>(of[1])->items) {
    if (!std::exchange(isFirst, false)) text += textAt(of, 0);
    text += printed(item);
  }
  return text;
}

Value match(Arguments of, const Context*) {
  return rules::matchesText(textAt(of, 0), textAt(of, 1));
}

Value replaceAll(Arguments of, const Context*) {
  return rules::replacedAll(textAt(of, 0), textAt(of, 1), textAt(of, 2));
}

Value listOfTexts(Arguments of, const Context*) {
  List list;
  list.items.assign(of.begin(), of.end());
  return std::make_shared<const List>(std::move(list));
}

Value listOf(Arguments of, const Context*) {
  List list;
  list.type = "[]interface {}";
  list.items.assign(of.begin(), of.end());
  return std::make_shared<const List>(std::move(list));
}

Value append(Arguments of, const Context*) {
  List list = *std::get<std::shared_ptr<const List>>(of[0]);
  list.items.insert(list.items.end(), of.begin() + 1, of.end());
  return std::make_shared<const List>(std::move(list));
}

Value mapOfPairs(Arguments of, const Context*) {
  if (of.size() % 2 != 0) throw CallError("dict requires an even number of arguments");
  Map map;
  map.type = "map[string]interface {}";
  for (std::size_t i = 0; i < of.size(); i += 2) {
    const auto* const key = std::get_if<std::string>(&of[i]);
    if (key == nullptr) throw CallError("dict keys must be strings");
    std::erase_if(map.entries, [key](const Map::Entry& entry) { return entry.first == *key; });
    map.entries.emplace_back(*key, of[i + 1]);
  }
  std::sort(map.entries.begin(), map.entries.end(),
            [](const Map::Entry& a, const Map::Entry& b) { return a.first < b.first; });
  return std::make_shared<const Map>(std::move(map));
}

// A text that is HTML, or a URL, already.
class Safe final : public text_template::Object {
 public:
  Safe(std::string_view type, std::string text) : type_(type), text_(std::move(text)) {}

  std::string_view type() const override { return type_; }
  std::optional<Value> field(std::string_view) const override { return std::nullopt; }
  std::string printed() const override { return text_; }

 private:
  std::string_view type_;
  std::string text_;
};

Value safeHtml(Arguments of, const Context*) {
  return std::make_shared<const Safe>("template.HTML", textAt(of, 0));
}
Value safeUrl(Arguments of, const Context*) {
  return std::make_shared<const Safe>("template.URL", textAt(of, 0));
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Value urlUnescape(Arguments of, const Context*) {
  const std::string_view text = textAt(of, 0);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const int high = i + 1 < text.size() ? hexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      throw CallError("invalid URL escape " + text_template::doubleQuoted(text.substr(i, 3)));
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

Value humanizeDuration(Arguments of, const Context*) {
  return rules::humanizeDuration(rules::numberOf(of[0]));
}

Value date(Arguments of, const Context*) {
  return text_template::formattedTime(timeAt(of, 1), textAt(of, 0));
}

class Place final : public text_template::Zone {
 public:
  Place(std::string name, TimeZone zone) : name_(std::move(name)), zone_(std::move(zone)) {}

  std::string_view name() const override { return name_; }
  Clock clockAt(std::chrono::sys_seconds time) const override {
    const TimeZone::Clock& clock = zone_.clockAt(time);
    return {std::chrono::seconds(clock.offset), clock.name};
  }

 private:
  std::string name_;
  TimeZone zone_;
};

Value inZone(Arguments of, const Context*) {
  const std::string& name = textAt(of, 0);
  const auto moment = timeAt(of, 1).moment;
  if (name.empty() || name == "UTC") return text_template::Time(moment, nullptr);
  try {
    return text_template::Time(moment, std::make_shared<const Place>(name, TimeZone::named(name)));
  } catch (const std::runtime_error&) {
    throw CallError("unknown time zone " + name);
  }
}

text_template::Time timeOfMessage(const Context* context) {
  return text_template::Time(
      std::chrono::milliseconds(static_cast<const MessageContext&>(*context).at()));
}
Value now(Arguments, const Context* context) { return timeOfMessage(context); }
Value since(Arguments of, const Context* context) {
  return text_template::durationBetween(timeAt(of, 0), timeOfMessage(context));
}

Value toJson(Arguments of, const Context*) { return templateJson(of[0]); }

constexpr Function kFunctions[] = {
    {"append", "La*", append},
    {"date", "st", date},
    {"dict", "a*", mapOfPairs},
    {"humanizeDuration", "a", humanizeDuration},
    {"join", "sS", join},
    {"list", "a*", listOf},
    {"match", "ss", match},
    {"now", "", now},
    {"reReplaceAll", "sss", replaceAll},
    {"safeHtml", "s", safeHtml},
    {"safeUrl", "s", safeUrl},
    {"since", "t", since},
    {"stringSlice", "s*", listOfTexts},
    {"title", "s", changed<rules::toTitle>},
    {"toJson", "a", toJson},
    {"toLower", "s", changed<rules::toLower>},
    {"toUpper", "s", changed<rules::toUpper>},
    {"trimSpace", "s", trimmed},
    {"tz", "st", inZone},
    {"urlUnescape", "s", urlUnescape},
};

}  // namespace

text_template::Functions messageFunctions() { return text_template::Functions(kFunctions); }

}  // namespace orchestrator_exporter::notifications
