#include "exporter/configuration/catalogue.h"

#include <sstream>

#include "exporter/configuration/scalars.h"

namespace orchestrator_exporter::configuration {

namespace {

constexpr const char* kIntroduction =
    R"(# The configuration file

Flags say how this process runs; `--config.file=FILE` says what it does beyond serving metrics. The file is YAML in the shape of prometheus.yml, so
that blocks of the same name copy over. Without it every key has its default. This page is made of the tables that the program reads the file by
(scripts/write-configuration-page).

- **Everything that is wrong is told at once**, as `file:line:column: text`, and the program does not start: unknown keys, values of the wrong kind or
  out of range, keys given twice. `orchestrator_exporter check-config FILE` only checks.
- **Reload**: on SIGHUP, and on `POST /-/reload` with `--web.enable-lifecycle`, the file is read again. It is checked whole and swapped whole; on any fault
  everything stays as it was, and the log and the answer say why. Keys marked «at start» take effect at the next start: if one of them has changed,
  the log names it, and the others take effect.
- **A flag wins**: if a flag and a key say the same, the flag counts whenever it is given.
- **Durations** are written as in Prometheus, in the units `ms`, `s`, `m`, `h`, `d`, `w` and `y`, from large to small: `1h30m`, `90d`, `1y`; `100y` keeps for
  ever. **Sizes** have a unit of powers of 1024: `B`, `KB`, `MB`, `GB`, `TB`, `PB`, `EB`. **Switches** are `true` or `false`.
- **Relative paths** are below the file's directory. **Secrets** are never shown.
- An empty value, or `null`, is as if the key were not there.
)";

// No character may end a cell of a table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

std::string kindText(const Key& key) {
  switch (key.kind) {
    case Kind::kSecret:
      return "secret";
    case Kind::kPath:
      return "path";
    case Kind::kDuration:
      return "duration";
    case Kind::kSize:
      return "size";
    case Kind::kSwitch:
      return "switch";
    case Kind::kChoice:
      return expectation(key);
    case Kind::kInteger:
      return "whole number";
    case Kind::kNumber:
      return "number";
    case Kind::kMap:
      return "map";
    case Kind::kList:
      return "list of " + kindText(key.keys.front()) + "s";
    case Kind::kNamed:
      return "names, each with a " + kindText(key.keys.front());
    default:
      return "text";
  }
}

std::string takes(const Key& key) {
  const std::string range = rangeText(key);
  return kindText(key) + (range.empty() ? "" : ", " + range);
}

std::string defaultText(const Key& key) {
  if (key.required) return "required";
  return key.defaultValue.empty() ? "" : "`" + key.defaultValue + "`";
}

// The rows of a table for the keys below one, deeper ones with the path that leads to them.
void addRows(std::ostream& out, const Key& parent, const std::string& path) {
  for (const Key& key : parent.keys) {
    const std::string own = path + (key.name.empty() || path.empty() ? "" : ".") + key.name;
    if (!key.name.empty()) {
      out << "| `" << own << "` | " << cell(takes(key)) << " | " << cell(defaultText(key)) << " | "
          << cell(key.help) << (key.fixed ? " At start." : "") << " |\n";
    }
    const bool isList = key.kind == Kind::kList;
    addRows(out, key, own + (isList ? "[]" : key.kind == Kind::kNamed ? ".NAME" : ""));
  }
}

}  // namespace

std::string catalogue(const std::vector<Key>& blocks) {
  std::ostringstream out;
  out << kIntroduction;
  for (const Key& block : blocks) {
    out << "\n## " << block.name << "\n\n" << block.help << (block.fixed ? " At start." : "");
    if (block.kind != Kind::kMap) out << " Takes a " << takes(block) << ".";
    out << "\n";
    std::ostringstream rows;
    addRows(rows, block, block.kind == Kind::kList ? "[]" : "");
    if (rows.str().empty()) continue;
    out << "\n| key | takes | default | meaning |\n|---|---|---|---|\n" << rows.str();
  }
  return out.str();
}

}  // namespace orchestrator_exporter::configuration
