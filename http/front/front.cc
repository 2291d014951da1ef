#include "http/front/front.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "http/front/connection.h"
#include "http/server/spare.h"

namespace orchestrator_exporter::http {
namespace {

using Kind = Watched::Kind;
using Way = Watched::Way;

// How long a request waits for a worker.
constexpr std::chrono::seconds kQueueTime(10);
// How long it may go unnoticed that a worker has done with a request if nobody waits for that.
constexpr std::chrono::seconds kUnnoticed(1);

}  // namespace

Front::Front(Config config, Gate& gate)
    : config_(std::move(config)),
      gate_(gate),
      audiences_([this](const Channel* channel, const Channel::Message& message) {
        mailbox_.post([this, channel, message] { publish(channel, message); });
      }),
      engine_(
          config_.workers, config_.respond,
          [this](std::size_t link, Outcome outcome) { deliver(link, std::move(outcome)); },
          config_.log),
      links_(engine_, [this](int socket, std::size_t link, Links::Wanted wanted) {
        if (wanted == Links::Wanted::kNew) {
          return watched_.add(socket, Kind::kLink, link, Way::kRead);
        }
        const bool wantsRoom = wanted == Links::Wanted::kRoom;
        watched_.change(socket, Kind::kLink, link, wantsRoom ? Way::kReadAndWrite : Way::kRead);
      }) {
  most_ = spareConnections(config_.limits.connections, static_cast<unsigned>(engine_.workers()));
  spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  watched_.add(mailbox_.descriptor(), Kind::kWakeup, 0, Way::kRead);
  for (std::size_t i = 0; i < config_.listeners.size(); ++i) {
    watched_.add(config_.listeners[i].socket(), Kind::kListener, i, Way::kConnections);
  }
  thread_ = std::thread([this] { run(); });
}

Front::~Front() {
  stop();
  if (spare_ >= 0) ::close(spare_);
}

void Front::run() {
  while (!stopping_) {
    handed_ = false;
    turn();
    // The worker takes the loop over, unless it is away for long.
    if (handed_ && links_.allSent()) leadership_.standBy();
  }
}

void Front::turn() {
  look(timeout());
  goOn();
}

void Front::look(int milliseconds) {
  const auto events = watched_.wait(milliseconds);
  now_ = std::chrono::steady_clock::now();
  // First: workers that have done, and whose connections may be gone, count as idle.
  mailbox_.run();
  for (const epoll_event& event : events) handle(Watched::Event(event));
}

void Front::goOn() {
  passDeadlines();
  assign();
  ended_.clear();
  noticeDrained();
  if (isWaitedFor()) mailbox_.hurry();
}

// Milliseconds until the next deadline, rounded up; -1 if there is none.
int Front::timeout() const {
  auto next = connections_.nextDeadline();
  for (const auto* queue : {&queue_, &calls_}) {
    if (queue->empty()) continue;
    const Time since = queue->front().since + kQueueTime;
    next = next ? std::min(*next, since) : since;
  }
  if (!(queue_.empty() && calls_.empty()) && links_.nextIsExtra()) {
    const Time patient = progress_ + config_.limits.patience;
    if (patient > now_) next = std::min(*next, patient);
  }
  if (!links_.allIdle()) {
    next = next ? std::min(*next, now_ + kUnnoticed) : now_ + kUnnoticed;
  }
  if (!next) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

void Front::handle(const Watched::Event& event) {
  switch (event.kind) {
    case Kind::kWakeup:
      break;
    case Kind::kListener:
      accept(config_.listeners[event.number]);
      break;
    case Kind::kLink:
      if (event.isReadable || event.isEnded || event.isBroken) {
        if (const auto lost = links_.broke(event.number)) refuse(*lost, 500, "an internal error");
      } else {
        links_.writable(event.number);
      }
      break;
    case Kind::kConnection:
      if (Client* client = connections_.find(event.number)) {
        // While a worker has its request, what it tells is looked at when that has done.
        if (client->state() == ConnectionState::kRequest) impatient_.insert(event.number);
        if (event.isBroken || event.isEnded) client->hungUp();
        client->ready(event.isBroken || event.isReadable || event.isEnded,
                      event.isBroken || event.isWritable);
      }
      break;
  }
}

// One connection: the listener tells of the next one in the next turn, while to ask it costs a call
// even if there is none.
void Front::accept(Listener& listener) {
  for (;;) {
    Peer peer;
    const int socket = listener.accept(peer);
    if (socket >= 0) return take(socket, std::move(peer));
    if (errno == EMFILE || errno == ENFILE) {
      if (makeRoom()) continue;
      // Nobody can be given up: this one is, or it would wait for ever.
      if (spare_ < 0) return;
      ::close(std::exchange(spare_, -1));
      const int refused = listener.accept(peer);
      if (refused >= 0) ::close(refused);
      spare_ = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

void Front::take(int socket, Peer peer) {
  if (connections_.size() >= most_ && !makeRoom()) {
    ++statistics_.closed[static_cast<std::size_t>(CloseReason::kTooManyConnections)];
    ::close(socket);
    return;
  }
  ClientHost& host = *this;
  Client& client = connections_.add(
      std::make_unique<Connection>(++lastId_, config_.transport(socket), std::move(peer), host));
  ++statistics_.connections[static_cast<std::size_t>(client.state())];
  watched_.add(socket, Kind::kConnection, client.id(),
               client.watchedForRoom() ? Way::kReadAndWrite : Way::kRead);
  // Its first bytes may be there already.
  client.ready(true, true);
}

void Front::wantsRoom(Client& client) {
  watched_.change(client.socket(), Kind::kConnection, client.id(), Way::kReadAndWrite);
}

// Gives up the connection that is needed least. False if there is none.
bool Front::makeRoom() {
  Client* const victim = connections_.mostDispensable();
  if (victim == nullptr) return false;
  victim->end(CloseReason::kTooManyConnections);
  ended_.clear();  // its descriptor is wanted now
  return true;
}

void Front::changed(Client& client, ConnectionState before) {
  statistics_.moved(before, client.state());
  if (client.state() != ConnectionState::kRequest) impatient_.erase(client.id());
  connections_.changed(client);
}

void Front::speaksHttp2(Client& client) {
  const ConnectionState before = client.state();
  std::unique_ptr<Client> next;
  try {
    ClientHost& host = *this;
    next = config_.http2(client.id(), client.release(), client.peer(), host);
  } catch (const std::exception& error) {
    if (!std::exchange(noHttp2_, true)) config_.log("no HTTP/2: " + std::string(error.what()));
    return client.end(CloseReason::kRefused);
  }
  Client& now = *next;
  ended_.push_back(connections_.replace(std::move(next)));
  statistics_.moved(before, now.state());
  now.ready(true, true);
}

void Front::ended(Client& client, CloseReason reason) {
  --statistics_.connections[static_cast<std::size_t>(client.state())];
  if (reason != CloseReason::kNone) {
    ++statistics_.closed[static_cast<std::size_t>(reason)];
    if (config_.traced) {
      config_.traced("connection of " + client.peer().address +
                     " closed: " + std::string(kCloseReasons[static_cast<std::size_t>(reason)]));
    }
  }
  impatient_.erase(client.id());
  audiences_.leave(client.id(), client.channel());
  if (auto gone = connections_.remove(client)) ended_.push_back(std::move(gone));
}

void Front::answered(const RequestHead& head, const Peer& peer, int status,
                     std::chrono::nanoseconds duration) {
  statistics_.countAnswer(status);
  if (config_.answered) config_.answered(head, peer, status, duration);
}

void Front::joined(Client& client, const std::shared_ptr<Channel>& channel) {
  audiences_.join(client.id(), channel);
}

void Front::publish(const Channel* channel, const Channel::Message& message) {
  for (const std::uint64_t id : audiences_.of(channel)) {
    if (Client* viewer = connections_.find(id)) viewer->push(message);
  }
}

bool Front::keepBody(std::ptrdiff_t bytes) {
  if (bytes > 0 && std::cmp_greater(bodies_ + bytes, config_.limits.allBodies)) return false;
  bodies_ += bytes;
  return true;
}

void Front::keepUnsent(std::ptrdiff_t bytes) {
  unsent_ += bytes;
  while (std::cmp_greater(unsent_, config_.limits.allUnsent)) {
    Client* const slowest = connections_.slowestReader();
    if (slowest == nullptr) return;
    slowest->end(CloseReason::kTooMuchUnsent);
  }
}

std::function<void(Admission)> Front::laterFor(Client& client, StreamId stream) {
  return [this, id = client.id(), stream](Admission admission) {
    mailbox_.post([this, id, stream, admission = std::move(admission)] {
      if (Client* waiting = connections_.find(id)) waiting->decided(stream, admission);
    });
  };
}

// Called by a worker, which goes on with what its link carries when this returns.
void Front::deliver(std::size_t link, Outcome outcome) {
  if (link < Engine::kFirstWorkers && leadership_.take()) return lead(link, std::move(outcome));
  const bool canWait = outcome.isSettled() && !outcome.isAwaited;
  auto work = [this, link, left = std::make_shared<Outcome>(std::move(outcome))] {
    finish(links_.answered(link), std::move(*left));
  };
  if (canWait) return mailbox_.leave(std::move(work));
  mailbox_.post(std::move(work));
}

// Until the link carries a request.
void Front::lead(std::size_t link, Outcome outcome) {
  links_.prefer(link);
  const RequestId request = links_.answered(link);
  // Those that came meanwhile go first: a client that asks for much at once keeps nobody waiting.
  look(0);
  finish(request, std::move(outcome));
  goOn();
  while (!links_.isBusy(link) && !stopping_) turn();
  leadership_.leave(links_.allSent() ? Leadership::kPatience : std::chrono::nanoseconds(1));
}

void Front::finish(const RequestId& request, Outcome outcome) {
  progress_ = now_;
  if (Client* client = connections_.find(request.connection)) {
    client->finish(request.stream, std::move(outcome));
  }
}

// Whether something goes on only once a worker has done.
bool Front::isWaitedFor() const {
  return !queue_.empty() || !calls_.empty() || !impatient_.empty() || !accepting_;
}

void Front::enqueue(Client& client, StreamId stream) {
  (stream == 0 ? queue_ : calls_).push_back({{client.id(), stream}, now_});
  assign();
}

// A burst of short requests is over sooner, and takes less memory, if few workers share it. The
// others are for when those are stuck.
bool Front::hasWorker() const {
  if (!links_.anyIdle()) return false;
  return !links_.nextIsExtra() || now_ - progress_ >= config_.limits.patience;
}

void Front::assign() {
  const std::size_t mostCalls = std::max<std::size_t>(1, engine_.workers() / 4);
  while (!queue_.empty() && hasWorker()) {
    if (!serveFirst(queue_)) return;
  }
  while (!calls_.empty() && hasWorker() && links_.calls() < mostCalls) {
    if (!serveFirst(calls_)) return;
  }
}

// False if there is no link now: a worker that comes back takes the request.
bool Front::serveFirst(std::deque<Queued>& queue) {
  const RequestId request = queue.front().request;
  if (!links_.nextIsExtra()) progress_ = now_;
  if (Client* const client = connections_.find(request.connection)) {
    if (const auto fault = links_.carry(*client, request.stream)) {
      if (links_.allIdle()) config_.log(*fault);
      return false;
    }
    handed_ = true;
  }
  queue.pop_front();
  return true;
}

void Front::refuse(const RequestId& request, int status, std::string_view reason) {
  Client* const refused = connections_.find(request.connection);
  if (refused == nullptr) return;
  Response response;
  response.status = status;
  if (status == 503) response.headers = {{"Retry-After", "5"}};
  response.body = std::string(reason) + "\n";
  refused->refuse(request.stream, response);
}

void Front::passDeadlines() {
  for (const std::uint64_t id : connections_.due(now_)) {
    if (Client* client = connections_.find(id)) client->deadlinePassed();
  }
  passQueueTime(queue_);
  passQueueTime(calls_);
}

void Front::passQueueTime(std::deque<Queued>& queue) {
  while (!queue.empty() && queue.front().since + kQueueTime <= now_) {
    const RequestId request = queue.front().request;
    queue.pop_front();
    refuse(request, 503, "all workers are busy");
  }
}

void Front::noticeDrained() {
  {
    const std::lock_guard lock(mutex_);
    if (!draining_ || drained_) return;
  }
  if (!std::exchange(closed_, true)) {
    for (Listener& listener : config_.listeners) listener.close();
    for (Client* client : connections_.all()) client->drain();
  }
  if (statistics_.underWay() > 0) return;
  const std::lock_guard lock(mutex_);
  drained_ = true;
  drainedChanged_.notify_all();
}

bool Front::drain(std::chrono::milliseconds time) {
  accepting_ = false;
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
  }
  mailbox_.wake();
  std::unique_lock lock(mutex_);
  return drainedChanged_.wait_for(lock, time, [this] { return drained_; });
}

void Front::stop() {
  if (stopping_.exchange(true)) return;
  mailbox_.wake();
  thread_.join();
  audiences_.end();
  for (Listener& listener : config_.listeners) listener.close();
  // A link that ends sends its worker home; one that is at an endpoint still sends on its client's
  // socket, so the connections go last.
  for (Client* client : connections_.all()) client->hungUp();
  links_.close();
  engine_.stop();
  for (Client* client : connections_.all()) client->end(CloseReason::kNone);
  ended_.clear();
}

}  // namespace orchestrator_exporter::http
