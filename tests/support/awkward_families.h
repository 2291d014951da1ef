#pragma once

#include "metrics/sink.h"

namespace orchestrator_exporter {

// Families with awkward names, values, help texts and bounds, all of which every format can hold.
void giveAwkwardFamilies(Sink& out);

// Names that only some formats can spell as they are.
void giveUtf8Names(Sink& out);

// Names that stand in each other's way, or in the way of what a format makes of a name.
void giveCollidingNames(Sink& out);

}  // namespace orchestrator_exporter
