#pragma once

#include <functional>
#include <mutex>
#include <vector>

namespace orchestrator_exporter::http {

// Work that other threads leave for one thread, and a descriptor that becomes readable when there
// is some (eventfd(2)). It stays so: it is to be watched for edges. Any thread may post.
class Mailbox {
 public:
  // Throws std::system_error.
  Mailbox();
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  int descriptor() const { return wakeup_; }
  void post(std::function<void()> work);
  // Makes the descriptor readable once more without any work.
  void wake();
  // Does what has been posted, in its order.
  void run();

 private:
  const int wakeup_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
};

}  // namespace orchestrator_exporter::http
