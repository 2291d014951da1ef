#pragma once

#include <string_view>

namespace orchestrator_exporter::http {

// The look of the landing page. One accent colour, three for the state of a collector, each with a
// second value for dark screens; all text keeps a contrast of 4.5 to its ground or more.
inline constexpr std::string_view kLandingPageStyle = R"css(
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --line: #e3e6eb; --ink: #1d2430; --quiet: #5d6778;
  --accent: #2f5fd0; --accent-soft: #e8eefc;
  --good: #2e9e6b; --none: #a3abb8; --failed: #d2453f; --bar: #cfdcf8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12151b; --card: #1a1f27; --line: #2b323d; --ink: #e6e9ef; --quiet: #98a2b3;
    --accent: #8fb0ff; --accent-soft: #222c42;
    --good: #4cc38a; --none: #5f6978; --failed: #f2706a; --bar: #2f4068;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main { max-width: 54rem; margin: 0 auto; padding: 3.5rem 1.25rem 4rem; }
h1 { margin: 0; font-size: 1.75rem; font-weight: 650; letter-spacing: -0.015em; }
h2 { margin: 0; font-size: 1rem; font-weight: 600; }
p { margin: 0.35rem 0 0; }
a { color: var(--accent); text-decoration: none; }
code, pre, td.number { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Menlo, monospace; }
.quiet { color: var(--quiet); }
.facts {
  display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1rem 0 0; padding: 0; list-style: none;
}
.facts li {
  padding: 0.1rem 0.7rem; border: 1px solid var(--line); border-radius: 99px;
  background: var(--card); color: var(--quiet); font-size: 0.85rem;
}
.facts b { color: var(--ink); font-weight: 550; }
.links {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0.9rem;
  margin: 2.25rem 0;
}
.links a {
  display: block; padding: 1rem 1.15rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--card); color: var(--ink);
}
.links a:hover, .links a:focus-visible { border-color: var(--accent); outline: none; }
.links a:first-child { border-color: transparent; background: var(--accent-soft); }
.links a:first-child:hover { border-color: var(--accent); }
.links b { display: flex; justify-content: space-between; font-weight: 600; }
.links code { color: var(--accent); font-size: 0.85rem; font-weight: 500; }
.links span { color: var(--quiet); font-size: 0.875rem; }
section {
  border: 1px solid var(--line); border-radius: 12px; background: var(--card); overflow: hidden;
}
section + section { margin-top: 1.25rem; }
section header {
  display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline;
  gap: 0.25rem 1rem; padding: 0.9rem 1.15rem; border-bottom: 1px solid var(--line);
}
section header p { margin: 0; color: var(--quiet); font-size: 0.875rem; }
section header strong { color: var(--failed); font-weight: 600; }
details { padding: 0.7rem 1.15rem; color: var(--quiet); font-size: 0.875rem; }
table + details, details + details { border-top: 1px solid var(--line); }
summary { cursor: pointer; }
.names {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 0.1rem 1rem;
  margin: 0.6rem 0 0.2rem; padding: 0; list-style: none; color: var(--ink);
}
table { width: 100%; border-collapse: collapse; }
th {
  padding: 0.5rem 1.15rem; color: var(--quiet); font-size: 0.78rem; font-weight: 500;
  text-align: left;
}
th.number { text-align: right; }
td { padding: 0.42rem 1.15rem; border-top: 1px solid var(--line); vertical-align: middle; }
.number { text-align: right; white-space: nowrap; }
td.number { font-size: 0.85rem; }
td.bar { width: 28%; padding-left: 0; }
.bar i { display: block; height: 6px; min-width: 2px; border-radius: 3px; background: var(--bar); }
.failed .bar i { background: var(--failed); opacity: 0.45; }
.dot {
  display: inline-block; width: 0.6rem; height: 0.6rem; margin-right: 0.6rem; border-radius: 50%;
  background: var(--none);
}
.good .dot { background: var(--good); }
.failed .dot { background: var(--failed); }
td:first-child { white-space: nowrap; }
.state { color: var(--quiet); font-size: 0.85rem; overflow-wrap: anywhere; }
.failed .state { color: var(--failed); }
pre { margin: 0; padding: 1rem 1.15rem; overflow-x: auto; font-size: 0.85rem; line-height: 1.55; }
@media (max-width: 36rem) {
  main { padding: 2rem 1rem 2.5rem; }
  .links { gap: 0.6rem; margin: 1.5rem 0; }
  .links a { padding: 0.7rem 1rem; }
  tr {
    display: grid; grid-template-columns: 1fr auto; align-items: center; padding: 0.4rem 1.15rem;
    border-top: 1px solid var(--line);
  }
  td { padding: 0; border: 0; }
  .failed .state { grid-area: 2 / 1 / 3 / 3; padding-left: 1.2rem; }
  tr:first-child, .good .state, .bar { display: none; }
}
)css";

}  // namespace orchestrator_exporter::http
