"""Makes a program of the C++ of one page of the documentation, so that a page cannot tell of calls
that are not there. The blocks of a page belong together, in their order.
usage: snippets.py PAGE"""
import re
import sys

with open(sys.argv[1], encoding="utf-8") as page:
    blocks = re.findall(r"^```cpp\n(.*?)^```$", page.read(), re.MULTILINE | re.DOTALL)
lines = "".join(blocks).splitlines()
print("#undef NDEBUG")
for header in ("chrono", "cstdio", "memory", "string", "vector"):
    print(f"#include <{header}>")
for line in lines:
    if line.startswith("#include"):
        print(line)
print("int main() {")
for line in lines:
    if not line.startswith("#include"):
        print(line)
print("}")
