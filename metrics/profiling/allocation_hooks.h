#pragma once

// A program that links orchestrator_exporter::allocation_hooks has its operator new and delete
// replaced ([new.delete] of the C++ standard) by ones that count, at two additions each, and then
// call malloc() and free(). They are not for programs with sanitizers, which replace them too.

// Has the linker take the hooks; it does nothing.
extern "C" void orchestrator_exporter_allocation_hooks();
