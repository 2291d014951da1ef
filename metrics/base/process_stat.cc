#include "metrics/base/process_stat.h"

#include "metrics/base/number_parse.h"
#include "metrics/base/words.h"

namespace orchestrator_exporter {

namespace {

// The fields of proc/<pid>/stat behind the parent's number, by their numbers in the manual page.
struct StatField {
  int number;
  std::uint64_t ProcessStat::*member;
};
constexpr StatField kStatFields[] = {
    {9, &ProcessStat::flags},         {10, &ProcessStat::minorFaults},
    {12, &ProcessStat::majorFaults},  {14, &ProcessStat::userTicks},
    {15, &ProcessStat::systemTicks},  {20, &ProcessStat::threads},
    {22, &ProcessStat::startTicks},   {23, &ProcessStat::virtualBytes},
    {24, &ProcessStat::residentPages}};

// Fields 26 to 28, behind field 24; as if the kernel did not tell if one of them is missing.
ProgramAddresses readProgramAddresses(std::string_view fields) {
  takeWord(fields);  // the limit of resident memory
  const auto codeBegin = parseUnsigned(takeWord(fields));
  const auto codeEnd = parseUnsigned(takeWord(fields));
  const auto stackBegin = parseUnsigned(takeWord(fields));
  if (!codeBegin || !codeEnd || !stackBegin) return {};
  return {*codeBegin, *codeEnd, *stackBegin};
}

}  // namespace

std::optional<ProcessStat> readProcessStat(std::string_view text) {
  // The command may hold any characters, parentheses and line ends too.
  const std::size_t open = text.find('(');
  const std::size_t close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return std::nullopt;
  }
  ProcessStat stat;
  stat.command = text.substr(open + 1, close - open - 1);
  text.remove_prefix(close + 1);
  const std::string_view state = takeWord(text);
  if (state.size() != 1) return std::nullopt;
  stat.state = state[0];

  const auto parent = parseInteger(takeWord(text));
  if (!parent) return std::nullopt;
  stat.parent = static_cast<int>(*parent);

  int field = 5;
  for (const auto& [number, member] : kStatFields) {
    for (; field < number; ++field) takeWord(text);
    const auto value = parseUnsigned(takeWord(text));
    if (!value) return std::nullopt;
    stat.*member = *value;
    ++field;
  }
  stat.program = readProgramAddresses(text);
  return stat;
}

}  // namespace orchestrator_exporter
