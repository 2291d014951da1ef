"""Which sources of a target are compiled together, so that what they include is read once.

usage: unity_groups.py SIZE SOURCE...

Prints a line `GROUP<tab>SOURCE` for each source that has company. Two sources keep company only if neither
names, itself or in a header, what the other declares for itself alone: in an unnamed namespace, or as a constant,
an alias or a class. So such names stay free, and no source must know of its neighbours. A function is hidden from
who declares a member, a parameter or a variable of that name, which therefore does not count as naming it.
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
FUNCTION = re.compile("^" + NAME + r"\(", re.M)
CONSTANT = re.compile(r"^(?=(?:static |inline )*(?:constexpr|const) )" + NAME + r"(?: =|\{|;)", re.M)
TEST = re.compile(r"^(?:TYPED_)?TEST(?:_F|_P)?\((\w+), (\w+)\)", re.M)
# A member, a parameter or a variable: what stands inside of something and follows a type.
HIDING = re.compile(r"(?<=[\w>&*\]] )(?<!\breturn )(?<!\belse )(?<!\bnew )(?<!\bthrow )(?<!\bcase )(?<!\bnot )"
                    r"[&*]*([a-z]\w*)\s*[=;,(){:\[]")
INNER_LINE = re.compile(r"^ .*$|\(.*$", re.M)

INCLUDE = re.compile(r'^#include "(.+)"', re.M)
ROOT = pathlib.Path(__file__).resolve().parent.parent


def without_texts(text):
    return COMMENT_OR_TEXT.sub(" ", text)


class Names:
    """All names in a text, those of them that stand without a scope, and those that may mean a function from elsewhere."""

    def __init__(self, code, more=frozenset()):
        self.all = set(WORD.findall(code)) | more
        self.bare = set(BARE_WORD.findall(code)) | more
        hiding = {name for line in INNER_LINE.findall(code) for name in HIDING.findall(line)}
        self.not_hidden = self.all - hiding


@functools.cache
def header(path):
    """The names in a header of the project, and the headers that it includes; none if it is generated."""
    if not path.exists():
        return Names(""), ()
    text = path.read_text()
    return Names(without_texts(text)), tuple(ROOT / name for name in INCLUDE.findall(text))


def headers_of(text):
    found, left = set(), [ROOT / name for name in INCLUDE.findall(text)]
    while left:
        path = left.pop()
        if path not in found:
            found.add(path)
            left.extend(header(path)[1])
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
        self.names = Names(text, self.own)
        self.own.update(TYPE.findall(text), CONSTANT.findall(text), ALIAS.findall(text))
        for body in ENUMERATORS.findall(text):
            self.own.update(WORD.findall(body))
        regions = [without_texts(region) for region in UNNAMED.findall(whole)]
        self.functions = {name for region in regions for name in FUNCTION.findall(region)} - self.own
        self.own |= {name for region in regions for name in FUNCTION_OR_VARIABLE.findall(region)} - self.functions
        self.names.not_hidden |= self.functions
        self.used = {name: where for where, name in USING.findall(text)}
        self.headers = headers_of(whole)

    def goes_with(self, other):
        return self.leaves_free(other) and other.leaves_free(self)

    def leaves_free(self, other):
        # Both may say `using testing::Not`.
        used = {name for name, where in self.used.items() if other.used.get(name) != where}
        return all(self.own.isdisjoint(names.all) and self.functions.isdisjoint(names.not_hidden)
                   and used.isdisjoint(names.bare)
                   for names in [other.names, *(header(path)[0] for path in other.headers - self.headers)])


def groups_of(sources, size):
    """Those that go with the fewest others choose first."""
    sources = [source for source in sources if not source.is_alone]
    company = {source: {other for other in sources if source.goes_with(other)} for source in sources}
    groups = []
    for source in sorted(sources, key=lambda source: len(company[source])):
        for group in groups:
            if len(group) < size and company[source].issuperset(group):
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
