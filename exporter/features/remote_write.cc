#include "http/remote_write/remote_write.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <system_error>

#include "exporter/configuration/global_block.h"
#include "exporter/configuration/http_client.h"
#include "exporter/configuration/reading_interval.h"
#include "exporter/configuration/relabelling.h"
#include "exporter/configuration/peer.h"
#include "exporter/configuration/scalars.h"
#include "exporter/features/feature.h"
#include "metrics/base/process/host_name.h"
#include "metrics/processors/md5.h"

// Readings are sent to other servers: the block remote_write of the configuration file, with
// Prometheus' keys.

namespace orchestrator_exporter {

namespace {

using configuration::Configuration;
using configuration::Faults;
using configuration::Key;
using configuration::Value;
using remote_write::DestinationSettings;
using remote_write::RemoteWrite;

constexpr const char* kV1 = "prometheus.WriteRequest";
constexpr const char* kV2 = "io.prometheus.write.v2.Request";

// As Prometheus names a destination without a name: by the first digits of a hash.
std::string nameOf(const Value& entry) {
  if (!entry["name"].text().empty()) return entry["name"].text();
  constexpr std::size_t kDigits = 6;
  std::string name;
  for (const std::uint8_t byte : md5(entry["url"].text())) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name.substr(0, kDigits);
}

// Any text as the name of one directory.
std::string directoryName(const std::string& name) {
  std::string safe;
  for (const char c : name) {
    const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                         (c == '.' && !safe.empty());
    if (isPlain) {
      safe += c;
    } else {
      safe += '%';
      safe += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4];
      safe += "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15];
    }
  }
  return safe;
}

void checkHeaders(const Value& headers, Faults& faults) {
  static const std::set<std::string, std::less<>> kReserved = {"authorization",
                                                               "connection",
                                                               "content-encoding",
                                                               "content-length",
                                                               "content-type",
                                                               "host",
                                                               "keep-alive",
                                                               "proxy-authenticate",
                                                               "proxy-authorization",
                                                               "transfer-encoding",
                                                               "user-agent",
                                                               "www-authenticate",
                                                               "x-prometheus-remote-write-version"};
  for (std::size_t i = 0; i < headers.names().size(); ++i) {
    std::string name = headers.names()[i];
    for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    if (!kReserved.contains(name)) continue;
    faults.add(headers.elements()[i].place(),
               "the header " + headers.names()[i] + " is set by what is sent, or by its own keys");
  }
}

void checkEntry(const Value& entry, Faults& faults) {
  const std::string& url = entry["url"].text();
  const bool isHttp = url.starts_with("http://") || url.starts_with("https://");
  if (!isHttp || url.find("://") + 3 == url.size()) {
    faults.add(entry["url"].place(), "url: expected a URL of http or https");
  }
  configuration::checkHttpClient(entry, faults);
  const Value& queue = entry["queue_config"];
  if (queue["min_shards"].integer() > queue["max_shards"].integer()) {
    faults.add(queue.place(), "min_shards is larger than max_shards");
  }
  if (queue["min_backoff"].duration() > queue["max_backoff"].duration()) {
    faults.add(queue.place(), "min_backoff is longer than max_backoff");
  }
}

// Each destination has a queue of its name.
void checkNames(const Value& list, Faults& faults) {
  std::set<std::string> names;
  for (const Value& entry : list.elements()) {
    if (names.insert(nameOf(entry)).second) continue;
    faults.add(entry.place(), entry["name"].text().empty()
                                  ? "a second destination of this url needs a name"
                                  : "a second destination is named '" + nameOf(entry) + "'");
  }
}

Key queueConfig() {
  constexpr IntegerRange kShards{1, 1000};
  constexpr IntegerRange kPerSend{1, 1'000'000};
  return configuration::mapKey(
      "queue_config",
      {configuration::integerKey("capacity", "10000", kPerSend,
                                 "Told in metrics: the queue is on disk."),
       configuration::integerKey("max_shards", "50", kShards,
                                 "Told in metrics: the number is min_shards."),
       configuration::integerKey(
           "min_shards", "1", kShards,
           "Queues that are sent at the same time; series are dealt to them."),
       configuration::integerKey("max_samples_per_send", "2000", kPerSend,
                                 "Samples of a request at most."),
       configuration::durationKey("batch_send_deadline", "5s", kWaitingTime,
                                  "Taken and not needed: a reading is sent at once."),
       configuration::durationKey("min_backoff", "30ms", kWaitingTime,
                                  "The first wait before a retry."),
       configuration::durationKey("max_backoff", "5s", kWaitingTime,
                                  "The longest wait before a retry."),
       configuration::switchKey("retry_on_http_429", true,
                                "Send again what was answered with 429."),
       configuration::durationKey("sample_age_limit", "0s", kNotNegative,
                                  "Do not send samples that are older; 0s: send all.")},
      "How what is to be sent is queued.");
}

Key metadataConfig() {
  return configuration::mapKey(
      "metadata_config",
      {configuration::switchKey("send", true,
                                "Tell type, help and unit of families (1.0; 2.0 always does)."),
       configuration::durationKey("send_interval", "1m", kWaitingTime, "How often."),
       configuration::integerKey("max_samples_per_send", "2000", {1, 1'000'000},
                                 "Families of a request at most.")},
      "What is told of families.");
}

std::vector<Key> entryKeys() {
  std::vector<Key> keys = {
      required(configuration::textKey("url", "", "Where readings are posted to.")),
      configuration::textKey("name", "", "In metrics and of its queue; else a hash of the url."),
      configuration::choiceKey("protobuf_message", kV1, {kV1, kV2}, "Remote write 1.0 or 2.0."),
      configuration::durationKey("remote_timeout", "30s", kWaitingTime,
                                 "How long an answer may take."),
      checked(configuration::namedKey("headers", configuration::textKey("", "", ""),
                                      "Headers to send besides, by name."),
              checkHeaders),
      configuration::relabellingKey("write_relabel_configs",
                                    "What becomes of labels, and which series are sent."),
      configuration::switchKey("send_exemplars", false, "Send exemplars too."),
      configuration::switchKey("send_native_histograms", false,
                               "Send histograms with native buckets as such."),
      queueConfig(),
      metadataConfig()};
  for (Key& key : configuration::httpClientKeys()) keys.push_back(std::move(key));
  return keys;
}

std::vector<Key> blocks() {
  return {
      checked(configuration::listKey(
                  "remote_write", checked(configuration::mapKey("", entryKeys(), ""), checkEntry),
                  "Servers that readings are sent to by Prometheus' remote write protocol."),
              checkNames)};
}

const bool declared = [] {
  configuration::declareBlocks(blocks);
  return true;
}();

std::uint64_t maxDisk(const Flags& flags) {
  constexpr std::int64_t kLeast = std::int64_t{1} << 20;
  const Key key = configuration::sizeKey("remote-write.max-disk", "", {.least = kLeast}, "");
  const std::string& text = flags.text(key.name);
  const auto size = configuration::scalarOf(key, text);
  if (!size) {
    throw StartError("--" + key.name + ": expected " + configuration::expectation(key) + ", got '" +
                     text + "'");
  }
  return static_cast<std::uint64_t>(std::get<std::int64_t>(*size));
}

// What does not change while the program runs.
struct Surroundings {
  LabelSet ownLabels;
  std::filesystem::path directory;  // of all queues; empty if they are in memory
  std::uint64_t maxDisk;
};

remote_write::SendSettings sendSettings(const Value& entry) {
  remote_write::SendSettings send;
  const Value& queue = entry["queue_config"];
  send.url = entry["url"].text();
  send.client = configuration::httpClientSettings(entry);
  send.client.userAgent = configuration::userAgent();
  send.client.timeout = entry["remote_timeout"].duration();
  send.client.bodyLimit = 4096;  // what an answer says is logged, shortened
  for (const auto& [name, value] : entry["headers"].pairs()) {
    send.client.headers.emplace_back(name, http::Secret{.text = value});
  }
  send.minBackoff = queue["min_backoff"].duration();
  send.maxBackoff = queue["max_backoff"].duration();
  send.retryOnTooMany = queue["retry_on_http_429"].enabled();
  send.sampleAgeLimit = queue["sample_age_limit"].duration();
  return send;
}

DestinationSettings destinationOf(const Value& entry, const Configuration& configuration,
                                  const Surroundings& surroundings) {
  const auto number = [](const Value& value) { return static_cast<std::size_t>(value.integer()); };
  const Value& queue = entry["queue_config"];
  const Value& metadata = entry["metadata_config"];
  DestinationSettings settings;
  settings.name = nameOf(entry);
  settings.send = sendSettings(entry);
  LabelSet added = configuration::externalLabels(configuration);
  for (const auto& [name, value] : surroundings.ownLabels) added.set(name, value);
  settings.encoder.labels = {
      .added = std::move(added),
      .relabelling = configuration::relabelRules(entry["write_relabel_configs"]),
      .nativeHistograms = entry["send_native_histograms"].enabled()};
  settings.encoder.protocol = entry["protobuf_message"].text() == kV2 ? remote_write::Protocol::kV2
                                                                      : remote_write::Protocol::kV1;
  settings.encoder.exemplars = entry["send_exemplars"].enabled();
  settings.encoder.samplesPerBlock = number(queue["max_samples_per_send"]);
  settings.encoder.shards = number(queue["min_shards"]);
  settings.shardsMax = number(queue["max_shards"]);
  settings.capacity = number(queue["capacity"]);
  settings.sendsMetadata = metadata["send"].enabled();
  settings.metadataInterval = metadata["send_interval"].duration();
  settings.metadataPerSend = number(metadata["max_samples_per_send"]);
  if (!surroundings.directory.empty()) {
    settings.queue.directory = surroundings.directory / directoryName(settings.name);
  }
  settings.queue.maxDiskBytes = surroundings.maxDisk;
  return settings;
}

std::vector<DestinationSettings> destinationsOf(const Configuration& configuration,
                                                const Surroundings& surroundings) {
  std::vector<DestinationSettings> all;
  for (const Value& entry : configuration["remote_write"].elements()) {
    all.push_back(destinationOf(entry, configuration, surroundings));
  }
  return all;
}

void makeDirectory(const std::filesystem::path& directory) {
  if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    throw StartError(directory.string() + ": " + std::generic_category().message(errno));
  }
}

// More than any interval has milliseconds.
constexpr std::size_t kPhases = 1'000'003;

class RemoteWriteFeature final : public Feature {
 public:
  explicit RemoteWriteFeature(Parts& parts)
      : state_(std::make_shared<State>()),
        log_([log = parts.log](bool isFault, const std::string& message) {
          log(isFault ? LogLevel::kWarn : LogLevel::kInfo, "remote_write: " + message);
        }),
        surroundings_{parts.ownLabels, {}, maxDisk(parts.flags)},
        flushDeadline_(std::chrono::round<std::chrono::milliseconds>(
            parts.flags.duration("remote-write.flush-deadline"))) {
    setUpDirectory(parts);
    const auto current = parts.configuration.current();
    // A fleet that was started at once does not send at once.
    parts.readings.setPhase(std::chrono::milliseconds(
        std::hash<std::string>{}(hostName() + "/" + std::string(parts.ownLabels.get("instance"))) %
        kPhases));
    // Which the history does if there is one.
    if (parts.history == nullptr) {
      configuration::followInterval(parts.configuration, parts.flags, parts.readings);
    }
    start(destinationsOf(*current, surroundings_));
    parts.readings.listen([state = state_](const std::shared_ptr<const Snapshot>& reading) {
      if (const auto sender = state->get()) sender->take(reading);
    });
    if (parts.ownMetrics) {
      parts.readings.add([state = state_](const Wanted& wanted, Sink& out) {
        if (!wanted.everything()) return;
        if (const auto sender = state->get()) sender->collect(out);
      });
    }
    current_ = current;
    parts.configuration.follow([this](const Configuration& next) { return follow(next); });
  }

  ~RemoteWriteFeature() override {
    if (const auto sender = state_->exchange(nullptr)) sender->stop(RemoteWrite::Series::kEnd);
  }

 private:
  // The sender of now, for the threads of the readings.
  class State {
   public:
    std::shared_ptr<RemoteWrite> get() const {
      const std::lock_guard lock(mutex_);
      return sender_;
    }
    std::shared_ptr<RemoteWrite> exchange(std::shared_ptr<RemoteWrite> next) {
      const std::lock_guard lock(mutex_);
      return std::exchange(sender_, std::move(next));
    }

   private:
    mutable std::mutex mutex_;
    std::shared_ptr<RemoteWrite> sender_;
  };

  void setUpDirectory(const Parts& parts) {
    if (parts.stateDirectory.empty()) {
      log_(false, "what is to be sent waits in memory alone: there is no --storage.path");
      return;
    }
    makeDirectory(parts.stateDirectory);
    surroundings_.directory = std::filesystem::path(parts.stateDirectory) / "remote_write";
    makeDirectory(surroundings_.directory);
  }

  void start(const std::vector<DestinationSettings>& destinations) try {
    if (destinations.empty()) return;
    state_->exchange(std::make_shared<RemoteWrite>(destinations, flushDeadline_, log_));
  } catch (const std::runtime_error& error) {
    throw StartError(std::string("remote_write: ") + error.what());
  }

  // What did not change goes on undisturbed.
  std::function<void()> follow(const Configuration& next) {
    const auto same = [&](std::string_view block) { return (*current_)[block] == next[block]; };
    const bool isSame = same("remote_write") && same("global");
    return [this, isSame, kept = std::make_shared<const Configuration>(next),
            destinations = destinationsOf(next, surroundings_)] {
      current_ = kept;
      if (isSame) return;
      if (const auto sender = state_->exchange(nullptr)) sender->stop(RemoteWrite::Series::kLeave);
      try {
        start(destinations);
      } catch (const StartError& error) {
        log_(true, error.what());
      }
    };
  }

  const std::shared_ptr<State> state_;
  const remote_write::DestinationLog log_;
  Surroundings surroundings_;
  const std::chrono::milliseconds flushDeadline_;
  std::shared_ptr<const Configuration> current_;
};

const RegisterFeature registered{{
    .name = "remote_write",
    .flags = {textFlag("remote-write.max-disk", "1GB",
                       "Bytes that the queue of a destination may take on disk."),
              durationFlag("remote-write.flush-deadline", "5s", kNotNegative,
                           "How long the end may take to send what is queued.")},
    .make = [](Parts& parts) -> std::unique_ptr<Feature> {
      if ((*parts.configuration.current())["remote_write"].elements().empty()) return nullptr;
      return std::make_unique<RemoteWriteFeature>(parts);
    },
}};

}  // namespace

}  // namespace orchestrator_exporter
