// Sends readings by remote write, for trials against real receivers: awkward families and as many
// series more as asked for, whose values count the readings.
// usage: remote_writer URL 1|2 QUEUE_DIRECTORY INTERVAL_MS READINGS SERIES [TEXT_FILE]
//   QUEUE_DIRECTORY  - for a queue in memory
//   TEXT_FILE        gets the first reading as OpenMetrics, to be scraped beside
// A line for each reading, once it is queued, tells its number and time; the last one the seconds of
// CPU that it took and the most memory that was resident.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "http/remote_write/remote_write.h"
#include "metrics/exposition/exposition.h"
#include "tests/support/awkward_families.h"

namespace {

using namespace orchestrator_exporter;

struct Arguments {
  std::string url;
  bool isV2;
  std::string directory;
  std::chrono::milliseconds interval;
  int readings;
  int series;
  std::string textFile;
};

remote_write::DestinationSettings destinationOf(const Arguments& arguments) {
  remote_write::DestinationSettings settings;
  settings.name = "trial";
  settings.send.url = arguments.url;
  settings.send.client.userAgent = "orchestrator_exporter/trial";
  settings.encoder.labels.added = {{"instance", "trial"}, {"job", "sent"}};
  settings.encoder.exemplars = true;
  if (arguments.isV2) settings.encoder.protocol = remote_write::Protocol::kV2;
  if (arguments.directory != "-") settings.queue.directory = arguments.directory;
  return settings;
}

void fill(Snapshot& reading, int number, int series) {
  giveAwkwardFamilies(reading);
  const auto family = reading.counter("trial_values_total", "Counts the readings.");
  for (int i = 0; i < series; ++i) {
    const std::string id = std::to_string(i);
    family.add(number, {{"id", id}, {"device", "disk" + id}, {"place", "somewhere in the house"}});
  }
}

void tellCost() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  std::printf("cpu %.3f maxrss_kb %ld\n", seconds(usage.ru_utime) + seconds(usage.ru_stime),
              usage.ru_maxrss);
}

void writeText(const Snapshot& reading, const std::string& file) {
  const auto writer = ExpositionWriter::make(
      {.format = Format::kOpenMetrics100, .escaping = Escaping::kAllowUtf8});
  reading.replay(*writer);
  std::ofstream out(file);
  for (const std::string_view part : writer->finish()) out << part;
}

int run(const Arguments& arguments) {
  remote_write::RemoteWrite sender(
      {destinationOf(arguments)}, std::chrono::minutes(5),
      [](bool, const std::string& message) { std::fprintf(stderr, "%s\n", message.c_str()); });
  auto next = std::chrono::steady_clock::now();
  for (int number = 1; number <= arguments.readings; ++number) {
    const auto reading = std::make_shared<Snapshot>();
    reading->time = std::chrono::system_clock::now();
    fill(*reading, number, arguments.series);
    reading->findLayout();
    if (number == 1 && !arguments.textFile.empty()) writeText(*reading, arguments.textFile);
    sender.take(reading);
    sender.drain();
    const auto time = std::chrono::floor<std::chrono::milliseconds>(reading->time);
    std::printf("%d %lld\n", number, static_cast<long long>(time.time_since_epoch().count()));
    std::fflush(stdout);
    next += arguments.interval;
    std::this_thread::sleep_until(next);
  }
  sender.stop(remote_write::RemoteWrite::Series::kEnd);
  tellCost();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fputs("usage: remote_writer URL 1|2 QUEUE_DIRECTORY INTERVAL_MS READINGS SERIES [FILE]\n",
               stderr);
    return EXIT_FAILURE;
  }
  return run({argv[1], std::string_view(argv[2]) == "2", argv[3],
              std::chrono::milliseconds(std::atoi(argv[4])), std::atoi(argv[5]), std::atoi(argv[6]),
              argc > 7 ? argv[7] : ""});
}
