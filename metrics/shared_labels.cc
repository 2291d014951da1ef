#include "metrics/shared_labels.h"

#include <cstring>
#include <new>

namespace orchestrator_exporter {

SharedLabels::SharedLabels(std::string_view text, std::uint32_t created) {
  void* const memory = ::operator new(sizeof(Block) + text.size());
  block_ = new (memory) Block{1, created, static_cast<std::uint32_t>(text.size())};
  if (!text.empty()) std::memcpy(reinterpret_cast<char*>(block_ + 1), text.data(), text.size());
}

void SharedLabels::letGo() noexcept {
  if (block_->holders.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
  block_->~Block();
  ::operator delete(block_);
}

}  // namespace orchestrator_exporter
