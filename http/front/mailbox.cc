#include "http/front/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

namespace orchestrator_exporter::http {

Mailbox::Mailbox() : wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wakeup_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Mailbox::~Mailbox() { ::close(wakeup_); }

void Mailbox::post(std::function<void()> work) {
  bool isFirst = false;
  {
    const std::lock_guard lock(mutex_);
    isFirst = posted_.empty();
    posted_.push_back(std::move(work));
  }
  if (isFirst) wake();
}

void Mailbox::wake() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wakeup_, &one, sizeof one);
}

void Mailbox::run() {
  std::vector<std::function<void()>> posted;
  {
    const std::lock_guard lock(mutex_);
    posted.swap(posted_);
  }
  for (const auto& work : posted) work();
}

}  // namespace orchestrator_exporter::http
