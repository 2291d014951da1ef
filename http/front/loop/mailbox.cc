#include "http/front/loop/mailbox.h"

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

void Mailbox::post(std::function<void()> work) { add(std::move(work), false); }

void Mailbox::leave(std::function<void()> work) { add(std::move(work), true); }

void Mailbox::add(std::function<void()> work, bool canWait) {
  {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
    if (woken_ || (canWait && !hurries_)) return;
    woken_ = true;
  }
  wake();
}

void Mailbox::hurry() {
  {
    const std::lock_guard lock(mutex_);
    hurries_ = true;
    if (woken_ || posted_.empty()) return;
    woken_ = true;
  }
  wake();
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
    hurries_ = woken_ = false;
  }
  for (const auto& work : posted) work();
}

}  // namespace orchestrator_exporter::http
