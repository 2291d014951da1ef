#include "metrics/rules/expansion/alert_functions.h"

#include <algorithm>
#include <cmath>

#include "metrics/promql/syntax/duration.h"
#include "metrics/rules/expansion/humanize.h"
#include "metrics/rules/expansion/number_argument.h"
#include "metrics/rules/expansion/texts.h"
#include "metrics/text_template/format.h"
#include "metrics/text_template/template_error.h"

namespace orchestrator_exporter::rules {

namespace {

using text_template::CallError;
using text_template::Context;
using text_template::Function;
using text_template::Value;
using Arguments = std::span<const Value>;

const AlertData& dataOf(const Context* context) {
  return static_cast<const AlertContext&>(*context).data();
}

const std::string& textAt(Arguments of, std::size_t at) { return std::get<std::string>(of[at]); }

template <std::string (*kWrite)(double)>
Value written(Arguments of, const Context*) {
  return kWrite(numberOf(of[0]));
}

template <std::string (*kChange)(std::string_view)>
Value changed(Arguments of, const Context*) {
  return kChange(textAt(of, 0));
}

Value timeOf(double seconds) {
  const double nanoseconds = seconds * 1e9;
  if (!(std::fabs(nanoseconds) < 9.2233720368547758e18)) {
    throw CallError(text_template::printed(seconds) +
                    " cannot be represented as a nanoseconds timestamp since it overflows int64");
  }
  const std::chrono::nanoseconds since(static_cast<std::int64_t>(nanoseconds));
  text_template::Time time(std::chrono::floor<std::chrono::milliseconds>(since));
  time.isPointer = true;
  return time;
}

Value toTime(Arguments of, const Context*) {
  const double seconds = numberOf(of[0]);
  if (!std::isfinite(seconds)) throw CallError("value is NaN or Inf");
  return timeOf(seconds);
}

Value humanizeTimestamp(Arguments of, const Context*) {
  const double seconds = numberOf(of[0]);
  if (!std::isfinite(seconds)) return humanize(seconds);
  return printed(timeOf(seconds));
}

Value match(Arguments of, const Context*) { return matchesText(textAt(of, 0), textAt(of, 1)); }

Value replaceAll(Arguments of, const Context*) {
  return replacedAll(textAt(of, 0), textAt(of, 1), textAt(of, 2));
}

Value unchanged(Arguments of, const Context*) { return of[0]; }

Value parseSeconds(Arguments of, const Context*) {
  try {
    return static_cast<double>(promql::parseDuration(textAt(of, 0))) / 1000;
  } catch (const std::invalid_argument& error) {
    throw CallError(error.what());
  }
}

Value externalUrl(Arguments, const Context* context) { return dataOf(context).externalUrl; }
Value pathPrefix(Arguments, const Context* context) { return pathOf(dataOf(context).externalUrl); }

// One element of a query's answer.
class Element final : public text_template::Object {
 public:
  Element(const LabelSet& labels, double value) : labels_(labels), value_(value) {}

  std::string_view type() const override { return "*template.sample"; }
  std::string printed() const override {
    return "{" + text_template::printed(mapOf(labels_)) + " " + text_template::printed(value_) +
           "}";
  }
  std::optional<Value> field(std::string_view name) const override {
    if (name == "Labels") return mapOf(labels_);
    if (name == "Value") return value_;
    return std::nullopt;
  }
  const LabelSet& labels() const { return labels_; }
  double value() const { return value_; }

 private:
  LabelSet labels_;
  double value_;
};

const Element& elementOf(const Value& value) {
  const auto& object = std::get<std::shared_ptr<const text_template::Object>>(value);
  const auto* const element = dynamic_cast<const Element*>(object.get());
  if (element == nullptr) {
    throw CallError("expected an element of a query's answer, got " + std::string(object->type()));
  }
  return *element;
}

Value query(Arguments of, const Context* context) {
  promql::QueryResult result;
  try {
    result = dataOf(context).query(textAt(of, 0));
  } catch (const std::exception& error) {
    throw CallError(error.what());
  }
  text_template::List elements;
  elements.type = "template.queryResult";
  if (result.type == promql::ValueType::kScalar) {
    elements.items.emplace_back(std::make_shared<const Element>(LabelSet(), result.scalar.value));
  } else if (result.type != promql::ValueType::kVector) {
    throw CallError("rule result is not a vector or scalar");
  }
  for (const promql::ResultSeries& series : result.series) {
    // A histogram has no value, as in Prometheus.
    const double value = series.points.empty() ? 0 : series.points.front().value;
    elements.items.emplace_back(std::make_shared<const Element>(*series.labels, value));
  }
  return std::make_shared<const text_template::List>(std::move(elements));
}

const text_template::List& listAt(Arguments of, std::size_t at) {
  return *std::get<std::shared_ptr<const text_template::List>>(of[at]);
}

Value first(Arguments of, const Context*) {
  const auto& items = listAt(of, 0).items;
  if (items.empty()) throw CallError("first() called on vector with no elements");
  return items.front();
}

Value valueOf(Arguments of, const Context*) { return elementOf(of[0]).value(); }
Value labelOf(Arguments of, const Context*) {
  return std::string(elementOf(of[1]).labels().get(textAt(of, 0)));
}
Value textValue(Arguments of, const Context*) {
  return std::string(elementOf(of[0]).labels().get("__value__"));
}

Value sortByLabel(Arguments of, const Context*) {
  text_template::List sorted = listAt(of, 1);
  const std::string& name = textAt(of, 0);
  std::stable_sort(sorted.items.begin(), sorted.items.end(), [&](const Value& a, const Value& b) {
    return elementOf(a).labels().get(name) < elementOf(b).labels().get(name);
  });
  return std::make_shared<const text_template::List>(std::move(sorted));
}

// Arguments under the names arg0, arg1, …, to hand several to a template.
Value argumentsByName(Arguments of, const Context*) {
  text_template::Map map;
  map.type = "map[string]interface {}";
  for (const Value& argument : of) {
    map.entries.emplace_back("arg" + std::to_string(map.entries.size()), argument);
  }
  std::sort(map.entries.begin(), map.entries.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  return std::make_shared<const text_template::Map>(std::move(map));
}

constexpr Function kFunctions[] = {
    {"args", "a*", argumentsByName},
    {"externalURL", "", externalUrl},
    {"first", "l", first},
    {"graphLink", "s", changed<graphLink>},
    {"humanize", "a", written<humanize>},
    {"humanize1024", "a", written<humanize1024>},
    {"humanizeDuration", "a", written<humanizeDuration>},
    {"humanizePercentage", "a", written<humanizePercentage>},
    {"humanizeTimestamp", "a", humanizeTimestamp},
    {"label", "so", labelOf},
    {"match", "ss", match},
    {"parseDuration", "s", parseSeconds},
    {"pathPrefix", "", pathPrefix},
    {"query", "s", query},
    {"reReplaceAll", "sss", replaceAll},
    {"safeHtml", "s", unchanged},
    {"sortByLabel", "sl", sortByLabel},
    {"stripDomain", "s", changed<withoutDomain>},
    {"stripPort", "s", changed<withoutPort>},
    {"strvalue", "o", textValue},
    {"tableLink", "s", changed<tableLink>},
    {"title", "s", changed<toTitle>},
    {"toLower", "s", changed<toLower>},
    {"toTime", "a", toTime},
    {"toUpper", "s", changed<toUpper>},
    {"value", "o", valueOf},
};

}  // namespace

text_template::Functions alertFunctions() { return text_template::Functions(kFunctions); }

Value mapOf(const LabelSet& labels) {
  text_template::Map map;
  map.entries.assign(labels.begin(), labels.end());
  map.zero = "";
  return std::make_shared<const text_template::Map>(std::move(map));
}

}  // namespace orchestrator_exporter::rules
