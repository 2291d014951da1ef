#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "metrics/base/process/alarm.h"
#include "metrics/sink.h"
#include "metrics/snapshot.h"
#include "metrics/source.h"
#include "metrics/wanted.h"

namespace orchestrator_exporter {

// Readings of all sources at one moment, for a scrape and for the beat alike, and the only two
// clocks that samples know.
//
// A scrape reads through read(). While anybody listens, a reading is kept at each beat: the scrape
// that comes when one is due fills it beside its own answer, and if none comes the readings' thread
// makes it. Scrapes that come once an interval take the beat over with the second. What was kept is
// then handed to the listeners in the order in which they were added, off the scrape's path: by the
// readings' thread, or by whoever answered the scrape. Without listeners there is no thread and
// nothing is kept.
//
// While somebody looks (see Watch), readings are made faster; those between the beats are handed
// only to listeners that want them.
//
// Sources and listeners are added before start(). read() may be called by several threads at once,
// before start() too.
class Readings {
 public:
  using WallClock = std::function<std::chrono::system_clock::time_point()>;
  using SteadyClock = std::function<std::chrono::steady_clock::time_point()>;
  // Gives its samples of the wanted parts; callable by several threads at once.
  using PartedSource = std::function<void(const Wanted&, Sink&)>;
  // Takes a kept reading; called by one thread at a time, and comes back within milliseconds: for a
  // disk or a peer it has a queue and a thread of its own. Must not throw.
  using Listener = std::function<void(const std::shared_ptr<const Snapshot>&)>;

  // Makes of a kept reading the one that listeners get: fills the second from the first. Called by
  // one thread at a time; must not throw.
  using Processing =
      std::function<void(const std::shared_ptr<const Snapshot>& reading, Snapshot& processed)>;

  struct Config {
    std::chrono::milliseconds interval = std::chrono::seconds(15);  // of the beat
    WallClock wallClock = [] { return std::chrono::system_clock::now(); };
    SteadyClock steadyClock = [] { return std::chrono::steady_clock::now(); };
    // Told of a reading of the beat that a source kept from being made.
    std::function<void(const std::string&)> failed = [](const std::string&) {};
  };

  Readings();
  explicit Readings(Config config);
  ~Readings();
  Readings(const Readings&) = delete;
  Readings& operator=(const Readings&) = delete;

  // Sources give in the order in which they were added. A source must outlive the readings.
  void add(PartedSource source);
  // A source without parts: read whenever everything is wanted, `withParts` also if a choice is.
  enum class WhenParted { kLeftOut, kGiven };
  void add(Source& source, WhenParted withParts = WhenParted::kLeftOut);
  // Whether a listener wants the readings between the beats too.
  enum class WhenWatched : std::uint8_t { kBeatsAlone, kAllReadings };
  void listen(Listener listener, WhenWatched watched = WhenWatched::kBeatsAlone);
  bool hasListeners() const { return !listeners_.empty(); }
  // Stands between what is kept and the listeners from now on; null: nothing does. At any time, by
  // any thread.
  void setProcessing(std::shared_ptr<const Processing> processing);
  // At any time, by any thread: the next reading is that much later than the last.
  void setInterval(std::chrono::milliseconds interval);

  // As long as it lives, a reading is kept each second, if the interval is not shorter. The first
  // is made at once. For any thread; must not outlive the readings.
  class Watch {
   public:
    explicit Watch(Readings& readings) : readings_(readings) { readings_.watched(1); }
    ~Watch() { readings_.watched(-1); }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

   private:
    Readings& readings_;
  };

  // Who hands on what a scrape filled: the readings' thread, which is woken for it, or the caller,
  // by handOn() once its answer is sent. A thread that wakes for a usual host's samples takes longer
  // to do so than to hand them on; so it is not even woken to learn that there is nothing to do.
  enum class HandsOn : std::uint8_t { kThread, kCaller };
  // Gives one reading to `out`. Throws what a source throws; the samples given before stay given,
  // and nothing is kept.
  void read(const Wanted& wanted, Sink& out, HandsOn who = HandsOn::kThread);
  // Hands on what was kept for callers; nothing if there is none. By any thread, within
  // milliseconds: many samples are the readings' thread's all the same, and so is what nobody hands
  // on until that wakes for the next reading.
  void handOn();

  // Starts the beat if anybody listens; the first reading is made at once.
  void start();
  // Ends the beat. A second call does nothing.
  void stop();

  // What the thread does whenever it wakes: hands on what was kept, makes the reading that is due.
  // Returns how long to sleep. For tests that move the clocks by hand.
  std::chrono::steady_clock::duration beat();

  std::chrono::milliseconds interval() const;
  // From now on readings of the beat are made at times that are so much beyond a multiple of the
  // interval since 1970, unless scrapes make them. At any time, by any thread.
  void setPhase(std::chrono::milliseconds phase);
  std::chrono::system_clock::time_point now() const { return config_.wallClock(); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;
  struct Kept {
    std::shared_ptr<Snapshot> snapshot;
    bool isBeat;
  };
  struct Listening {
    Listener listener;
    WhenWatched watched;
  };
  class Pool;
  class Claim;

  void watched(int by);
  // Ends the sleep of the thread; with mutex_ held.
  void wake();
  // How far readings are apart at the moment; with mutex_ held.
  Duration pace() const;
  bool isDue(Time now);
  Duration untilDue() const;
  Duration untilDue(Time now) const;  // with mutex_ held
  Duration untilAligned(Duration sinceLast) const;
  void give(const Wanted& wanted, Sink& out);
  std::shared_ptr<Snapshot> begin();
  void finish(Snapshot& snapshot, Time began) const;
  void keep(std::shared_ptr<Snapshot> snapshot, Time began, bool byScrape, HandsOn who);
  std::shared_ptr<Snapshot> processed(const std::shared_ptr<Snapshot>& reading);
  void handAllOn();
  bool makeOwn();
  void run(const std::stop_token& stop);

  Config config_;  // its interval under mutex_
  std::vector<PartedSource> sources_;
  std::vector<Listening> listeners_;
  const std::shared_ptr<Pool> pool_;

  std::atomic<bool> filling_ = false;  // one reading is kept at a time
  std::mutex handing_;                 // held while readings are handed on
  mutable std::mutex mutex_;           // guards what follows; taken after handing_
  std::optional<Alarm> alarm_;         // until which the thread sleeps; as soon as there is one
  bool beating_ = false;
  int watching_ = 0;
  std::optional<std::chrono::milliseconds> phase_;
  bool woken_ = false;             // the thread is to wake, or to look again before it sleeps
  std::optional<Time> lastBegan_;  // the reading that was kept last, or was to be
  std::optional<Time> lastBeat_;   // the same of those that all listeners get
  bool lastWasScrape_ = false;
  std::optional<Time> lastScrape_;  // of everything, kept or not
  std::vector<Kept> kept_;          // not handed on yet
  bool isCallers_ = false;          // whether a caller hands them on
  std::shared_ptr<const Processing> processing_;

  std::jthread thread_;  // last: uses the others
};

}  // namespace orchestrator_exporter
