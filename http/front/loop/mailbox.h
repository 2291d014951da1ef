#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace orchestrator_exporter::http {

// Work that other threads leave for one thread, and a descriptor that becomes readable when there
// is some that cannot wait (eventfd(2)). It stays so: it is to be watched for edges. Any thread may
// post.
class Mailbox {
 public:
  // Throws std::system_error.
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  int descriptor() const { return wakeup_; }
  void post(std::function<void()> work);
  // The same for work that can wait until the thread wakes for something else, which saves a wake.
  void leave(std::function<void()> work);
  // Until run(), nothing can wait, what was left before neither.
  void hurry();
  // Makes the descriptor readable once more without any work.
  void wake();
  // Does what has been posted and left, in its order.
  void run();

 private:
  void add(std::function<void()> work, bool canWait);

  const int wakeup_;
  std::mutex mutex_;  // guards what follows
  std::vector<std::function<void()>> posted_;
  bool hurries_ = false;
  bool woken_ = false;  // since the last run
};

}  // namespace orchestrator_exporter::http
