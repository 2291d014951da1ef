#include "exporter/host/collector.h"

namespace orchestrator_exporter {

namespace {

constexpr std::string_view kFile = "proc/sys/fs/file-nr";

double numberAt(const std::vector<std::string_view>& columns, std::size_t index) {
  if (const auto number = parseNumber(columns[index])) return *number;
  throw ParseError(kFile, 1, "a number", columns[index]);
}

class FileDescriptors final : public Collector {
  void collect(Kernel& kernel, Sink& out) override {
    // The kernel separates by tabs; the middle column has been 0 since Linux 2.6.
    const std::string_view line = trim(kernel.require(kFile).text);
    std::string_view rest = line;
    std::vector<std::string_view> columns;
    for (std::size_t tab = 0; tab != std::string_view::npos; rest.remove_prefix(tab + 1)) {
      tab = rest.find('\t');
      columns.push_back(rest.substr(0, tab));
      if (tab == std::string_view::npos) break;
    }
    if (columns.size() < 3) throw ParseError(kFile, 1, "three columns with tabs between", line);

    out.gauge("node_filefd_allocated", "File handles in use.").add(numberAt(columns, 0));
    out.gauge("node_filefd_maximum", "File handles that the host may have in use.")
        .add(numberAt(columns, 2));
  }
};

const RegisterCollector<FileDescriptors> filefd{{.name = "filefd", .reads = "proc/sys/fs/file-nr"}};

}  // namespace

}  // namespace orchestrator_exporter
