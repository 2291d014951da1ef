"""Which sources of a target are compiled together, so that what they include is read once.

usage: unity_groups.py SIZE SOURCE...

Prints a line `GROUP<tab>SOURCE` for each source that has company. Two sources keep company only if neither
names, itself or in a header, what the other declares for itself alone: in an unnamed namespace, or as a constant,
an alias or a class. So such names stay free, and no source must know of its neighbours.
"""
import functools
import pathlib
import re
import sys

COMMENT_OR_TEXT = re.compile(
    r'R"(\w*)\((?:.|\n)*?\)\1"|//[^\n]*|/\*(?:.|\n)*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\d)\'(?:\\.|[^\'\\\n])\'')
UNNAMED = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.M | re.S)
WORD = re.compile(r"(?<![.\w])(?<!->)[A-Za-z_]\w*")
# Those that no scope stands before: what `using testing::Not` adds is not meant by `testing::Not`.
BARE_WORD = re.compile(r"(?<![.\w])(?<!->)(?<!::)[A-Za-z_]\w*")

# Declarations begin their lines, since namespaces are not indented.
TYPE = re.compile(r"^(?:struct|class|union|enum(?: class| struct)?) (\w+)", re.M)
ALIAS = re.compile(r"^using (\w+) =", re.M)
USING = re.compile(r"^using (?:::)?(\w[\w:]*::)(\w+);", re.M)
ENUMERATORS = re.compile(r"^enum (?!class|struct)[^{;]*\{([^}]*)\}", re.M)
NAME = (r"(?!using|namespace|template|class|struct|enum|return)[\w:][\w:<>,&*\[\] ]*?[\w>&*\]] [&*]?(\w+)"
        r"(?:\[[^\]]*\])*")
FUNCTION_OR_VARIABLE = re.compile("^" + NAME + r"(?:\(| =|\{|;)", re.M)
CONSTANT = re.compile(r"^(?=(?:static |inline )*(?:constexpr|const) )" + NAME + r"(?: =|\{|;)", re.M)
TEST = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\((\w+), (\w+)\)", re.M)


INCLUDE = re.compile(r'^#include "(.+)"', re.M)
ROOT = pathlib.Path(__file__).resolve().parent.parent


def without_texts(text):
    return COMMENT_OR_TEXT.sub(" ", text)


@functools.cache
def header(path):
    """The names in a header of the project, those of them that stand without a scope, and the headers that it
    includes; none if it is generated."""
    if not path.exists():
        return frozenset(), frozenset(), ()
    text = path.read_text()
    code = without_texts(text)
    included = tuple(ROOT / name for name in INCLUDE.findall(text))
    return frozenset(WORD.findall(code)), frozenset(BARE_WORD.findall(code)), included


def headers_of(text):
    found, left = set(), [ROOT / name for name in INCLUDE.findall(text)]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left.extend(header(path)[2])
    return found


class Source:
    """What a source declares for itself alone, and all names in it."""

    def __init__(self, path):
        self.path = path
        whole = pathlib.Path(path).read_text()
        text = without_texts(whole)
        # Such names cannot be told apart from their uses.
        self.is_alone = bool(re.search(r"^using (?:enum|namespace (?!std::\w+_literals;))|^#define\b", text, re.M))
        self.own = {f"{suite}_{name}_Test" for suite, name in TEST.findall(text)}
        self.words = set(WORD.findall(text)) | self.own
        self.bare_words = set(BARE_WORD.findall(text)) | self.own
        self.own.update(TYPE.findall(text), CONSTANT.findall(text), ALIAS.findall(text))
        for region in UNNAMED.findall(whole):
            self.own.update(FUNCTION_OR_VARIABLE.findall(without_texts(region)))
        for body in ENUMERATORS.findall(text):
            self.own.update(WORD.findall(body))
        self.used = {name: where for where, name in USING.findall(text)}
        self.headers = headers_of(whole)

    def goes_with(self, other):
        return self.leaves_free(other) and other.leaves_free(self)

    def leaves_free(self, other):
        # Both may say `using testing::Not`.
        used = {name for name, where in self.used.items() if other.used.get(name) != where}
        return (self.own.isdisjoint(other.words) and used.isdisjoint(other.bare_words) and all(
            self.own.isdisjoint(header(path)[0]) and used.isdisjoint(header(path)[1])
            for path in other.headers - self.headers))


def groups_of(sources, size):
    """Those with the fewest possible companions choose theirs first, which makes fewer groups."""
    social = [source for source in sources if not source.is_alone]
    companions = {source: sum(source.goes_with(other) for other in social) for source in social}
    groups = []
    for source in sorted(social, key=companions.get):
        for group in groups:
            if len(group) < size and all(source.goes_with(other) for other in group):
                group.append(source)
                break
        else:
            groups.append([source])
    return groups


if __name__ == "__main__":
    for number, group in enumerate(groups_of([Source(path) for path in sys.argv[2:]], int(sys.argv[1]))):
        if len(group) > 1:
            for member in group:
                print(f"unity_{number}\t{member.path}")
