#pragma once

#include <cstddef>

namespace orchestrator_exporter::http {

// How many workers this process can have of those that are wanted: each takes a thread and three
// file descriptors. Leaves descriptors for connections and for what endpoints read. Tries the
// threads by starting them, since limits of users, cgroups and address space are told nowhere in
// one number. Throws std::runtime_error, one line that says what is short, if it is not even one.
unsigned spareWorkers(unsigned wanted);

// How many connections this process can have of those that are wanted, four at least: descriptors
// are left to the workers' links and to what endpoints read.
std::size_t spareConnections(std::size_t wanted, unsigned workers);

// Soft limit of open files less those that are open.
unsigned spareDescriptors();

}  // namespace orchestrator_exporter::http
