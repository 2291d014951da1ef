#include "exporter/kernel/interface_names.h"

#include <net/if.h>

#include <algorithm>
#include <array>

namespace exporter {

std::string_view InterfaceNames::of(int index) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), index,
                                   [](const Entry& entry, int i) { return entry.index < i; });
  if (at != entries_.end() && at->index == index) return at->name;
  std::array<char, IF_NAMESIZE> name{};
  if_indextoname(static_cast<unsigned>(index), name.data());
  return entries_.insert(at, {index, name.data()})->name;
}

}  // namespace exporter
