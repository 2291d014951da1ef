#include "metrics/notifications/texts/message_data.h"

#include <algorithm>
#include <set>

#include "metrics/notifications/texts/template_json.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::notifications {

namespace {

using text_template::CallError;
using text_template::List;
using text_template::Map;
using text_template::Value;
using Arguments = std::span<const Value>;

// Year 1, which Go prints for no time at all.
constexpr Time kNoTime = -62'135'596'800'000;

Value timeValue(Time time) { return text_template::Time(Milliseconds(time == 0 ? kNoTime : time)); }

void refuseArguments(std::string_view name, Arguments arguments) {
  if (!arguments.empty()) {
    throw CallError("wrong number of args for " + std::string(name) + ": want 0 got " +
                    std::to_string(arguments.size()));
  }
}

class Pair final : public JsonObject {
 public:
  Pair(std::string name, std::string value) : name_(std::move(name)), value_(std::move(value)) {}

  std::string_view type() const override { return "template.Pair"; }
  std::string printed() const override { return "{" + name_ + " " + value_ + "}"; }
  std::optional<Value> field(std::string_view name) const override {
    if (name == "Name") return name_;
    if (name == "Value") return value_;
    return std::nullopt;
  }
  std::vector<std::pair<std::string_view, std::string_view>> members() const override {
    return {{"Name", "Name"}, {"Value", "Value"}};
  }
  const std::string& name() const { return name_; }
  const std::string& value() const { return value_; }

 private:
  std::string name_;
  std::string value_;
};

Value texts(std::vector<std::string> all) {
  List list;
  for (std::string& text : all) list.items.emplace_back(std::move(text));
  return std::make_shared<const List>(std::move(list));
}

std::optional<Value> pairListMethod(const Value& self, std::string_view name, Arguments arguments) {
  if (name != "Names" && name != "Values") return std::nullopt;
  refuseArguments(name, arguments);
  std::vector<std::string> all;
  for (const Value& item : std::get<std::shared_ptr<const List>>(self)->items) {
    const auto& object = std::get<std::shared_ptr<const text_template::Object>>(item);
    const auto& pair = static_cast<const Pair&>(*object);
    all.push_back(name == "Names" ? pair.name() : pair.value());
  }
  return texts(std::move(all));
}

// name=value, name=value
std::string textOfPairs(const List& list) {
  std::string text;
  for (const Value& item : list.items) {
    const auto& object = std::get<std::shared_ptr<const text_template::Object>>(item);
    const auto& pair = static_cast<const Pair&>(*object);
    text.append(text.empty() ? "" : ", ").append(pair.name()).append("=").append(pair.value());
  }
  return text;
}

// By name, but the name of the alert comes first.
Value sortedPairs(const Map& map) {
  List list;
  list.type = "template.Pairs";
  list.method = pairListMethod;
  list.text = textOfPairs;
  const auto add = [&](const Map::Entry& entry) {
    list.items.emplace_back(
        std::make_shared<const Pair>(entry.first, std::get<std::string>(entry.second)));
  };
  for (const Map::Entry& entry : map.entries) {
    if (entry.first == "alertname") add(entry);
  }
  for (const Map::Entry& entry : map.entries) {
    if (entry.first != "alertname") add(entry);
  }
  return std::make_shared<const List>(std::move(list));
}

std::string textOfMap(const Map& map) { return printed(sortedPairs(map)); }

std::optional<Value> pairsMethod(const Value& self, std::string_view name, Arguments arguments) {
  const Map& map = *std::get<std::shared_ptr<const Map>>(self);
  if (name == "SortedPairs") {
    refuseArguments(name, arguments);
    return sortedPairs(map);
  }
  if (name == "Names" || name == "Values") {
    return pairListMethod(sortedPairs(map), name, arguments);
  }
  if (name != "Remove") return std::nullopt;
  const auto* const list =
      arguments.size() == 1 ? std::get_if<std::shared_ptr<const List>>(&arguments[0]) : nullptr;
  if (list == nullptr) throw CallError("Remove takes one list of names");
  Map rest = map;
  std::erase_if(rest.entries, [&](const Map::Entry& entry) {
    return std::any_of((*list)->items.begin(), (*list)->items.end(),
                       [&](const Value& item) { return item == Value(entry.first); });
  });
  return std::make_shared<const Map>(std::move(rest));
}

class AlertFields final : public JsonObject {
 public:
  explicit AlertFields(const Alert& alert) : alert_(alert) {}

  bool fires() const { return alert_.endsAt == 0; }
  std::string_view type() const override { return "template.Alert"; }
  std::string printed() const override {
    const auto text = [this](std::string_view name) {
      return text_template::printed(field(name).value());
    };
    return "{" + text("Status") + " " + text("Labels") + " " + text("Annotations") + " " +
           text("StartsAt") + " " + text("EndsAt") + " " + text("GeneratorURL") + " " +
           text("Fingerprint") + "}";
  }
  std::optional<Value> field(std::string_view name) const override {
    if (name == "Status") return std::string(statusOf(fires()));
    if (name == "Labels") return pairsValue({alert_.labels.begin(), alert_.labels.end()});
    if (name == "Annotations") return pairsValue(*alert_.annotations);
    if (name == "StartsAt") return timeValue(alert_.startsAt);
    if (name == "EndsAt") return timeValue(alert_.endsAt);
    if (name == "GeneratorURL") return *alert_.generatorUrl;
    if (name == "Fingerprint") return textOf(fingerprint(alert_.labels));
    return std::nullopt;
  }
  std::vector<std::pair<std::string_view, std::string_view>> members() const override {
    return {{"status", "Status"},          {"labels", "Labels"}, {"annotations", "Annotations"},
            {"startsAt", "StartsAt"},      {"endsAt", "EndsAt"}, {"generatorURL", "GeneratorURL"},
            {"fingerprint", "Fingerprint"}};
  }

 private:
  const Alert& alert_;
};

std::optional<Value> alertsMethod(const Value& self, std::string_view name, Arguments arguments) {
  if (name != "Firing" && name != "Resolved") return std::nullopt;
  refuseArguments(name, arguments);
  List some;
  some.type = "[]template.Alert";
  for (const Value& item : std::get<std::shared_ptr<const List>>(self)->items) {
    const auto& object = std::get<std::shared_ptr<const text_template::Object>>(item);
    if (static_cast<const AlertFields&>(*object).fires() == (name == "Firing")) {
      some.items.push_back(item);
    }
  }
  return std::make_shared<const List>(std::move(some));
}

class DataFields final : public JsonObject {
 public:
  explicit DataFields(const MessageData& data) : data_(data) {
    List list;
    list.type = "template.Alerts";
    list.method = alertsMethod;
    for (const Alert& alert : data.alerts) {
      list.items.emplace_back(std::make_shared<const AlertFields>(alert));
    }
    alerts_ = std::make_shared<const List>(std::move(list));
  }

  std::string_view type() const override { return "template.Data"; }
  std::string printed() const override {
    const auto text = [this](std::string_view name) {
      return text_template::printed(field(name).value());
    };
    return "{" + text("Receiver") + " " + text("Status") + " " + text("Alerts") + " " +
           text("NotificationReason") + " " + text("GroupLabels") + " " + text("CommonLabels") +
           " " + text("CommonAnnotations") + " " + text("ExternalURL") + "}";
  }
  std::optional<Value> field(std::string_view name) const override {
    if (name == "Receiver") return data_.receiver;
    if (name == "Status") return std::string(statusOf(data_.fires()));
    if (name == "Alerts") return alerts_;
    if (name == "GroupLabels") return labels(data_.groupLabels);
    if (name == "CommonLabels") return labels(data_.commonLabels);
    if (name == "CommonAnnotations") return pairsValue(data_.commonAnnotations);
    if (name == "ExternalURL") return data_.externalUrl;
    if (name == "NotificationReason") return std::string(nameOf(data_.reason));
    return std::nullopt;
  }
  std::vector<std::pair<std::string_view, std::string_view>> members() const override {
    return {{"receiver", "Receiver"},
            {"status", "Status"},
            {"alerts", "Alerts"},
            {"notification_reason", "NotificationReason"},
            {"groupLabels", "GroupLabels"},
            {"commonLabels", "CommonLabels"},
            {"commonAnnotations", "CommonAnnotations"},
            {"externalURL", "ExternalURL"}};
  }

 private:
  static Value labels(const LabelSet& set) { return pairsValue({set.begin(), set.end()}); }

  const MessageData& data_;
  Value alerts_;
};

// What all have with the same value.
template <typename Pairs>
void keepCommon(TextPairs& common, const Pairs& pairs) {
  std::erase_if(common, [&](const auto& pair) {
    return std::find(pairs.begin(), pairs.end(), pair) == pairs.end();
  });
}

}  // namespace

MessageData::MessageData(const Notification& notification, std::string url)
    : receiver(notification.receiver),
      externalUrl(std::move(url)),
      alerts(notification.alerts),
      groupLabels(notification.groupLabels),
      reason(notification.reason),
      at(notification.at) {
  if (alerts.empty()) return;
  TextPairs common(alerts.front().labels.begin(), alerts.front().labels.end());
  commonAnnotations = *alerts.front().annotations;
  for (const Alert& alert : alerts) {
    keepCommon(common, alert.labels);
    keepCommon(commonAnnotations, *alert.annotations);
  }
  commonLabels = LabelSet(std::move(common));
}

bool MessageData::fires() const {
  return std::any_of(alerts.begin(), alerts.end(),
                     [](const Alert& alert) { return alert.endsAt == 0; });
}

std::string_view statusOf(bool fires) { return fires ? "firing" : "resolved"; }

Value valueOf(const MessageData& data) { return std::make_shared<const DataFields>(data); }

Value pairsValue(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Map map;
  map.type = "template.KV";
  map.method = pairsMethod;
  map.text = textOfMap;
  map.zero = "";
  map.entries.assign(pairs.begin(), pairs.end());
  return std::make_shared<const Map>(std::move(map));
}

}  // namespace orchestrator_exporter::notifications
