"""Which sources of a target are compiled together, so that what they include is read once.

usage: unity_groups.py SIZE SOURCE...
       unity_groups.py SIZE --into FOLDER SOURCE...

Prints a line `GROUP<tab>SOURCE` for each source that has company. Two sources keep company only if neither
names, itself or in a header, what the other declares for itself alone: in an unnamed namespace, or as a constant,
an alias or a class. So such names stay free, and no source must know of its neighbours.

With --into it writes each group as a unit into the folder, and prints what is to be compiled: the units, and the
sources without company. A unit includes all that its sources include before the first of them, and a name that two of
them have is a macro while its source is read, so that it is another in each. So far more go together; but functions
have other names than in their sources, which what a release is made of does not.
"""
import argparse
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
OPENED = re.compile(r"^using (?:enum|namespace (?!std::\w+_literals;))[^;]*;", re.M)
# What others than its own source name: with a scope or an object before it, as what it overrides, or as a text, which
# a macro makes of it.
NAMED_ELSEWHERE = re.compile(
    r"(?:\.|->|::)\s*(\w+)|(\w+)\([^;{}]*\)[^;{}()]*\b(?:override|final)\b|^\w+\((\w+)(?:, (\w+))?", re.M)
# What libraries look for by its name.
LOOKED_FOR = {"PrintTo", "AbslStringify", "to_json", "from_json", "begin", "end", "swap", "get", "main"}

INCLUDE = re.compile(r'^#include "(.+)"', re.M)
ANY_INCLUDE = re.compile(r'^#include ([<"].+[>"])', re.M)
CONDITION = re.compile(r"^#(?:if|include (?![<\"]))", re.M)
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
        self.whole = whole = path.read_text()
        self.text = text = without_texts(whole)
        self.opened = frozenset(OPENED.findall(text))
        self.has_macros = bool(re.search(r"^#define\b", text, re.M))
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

    def is_alone(self):
        # Such names cannot be told apart from their uses.
        return self.has_macros or bool(self.opened)

    def goes_with(self, other):
        return self.leaves_free(other) and other.leaves_free(self)

    def used_unlike(self, other):
        """Both may say `using testing::Not`."""
        return {name for name, where in self.used.items() if other.used.get(name) != where}

    def leaves_free(self, other):
        used = self.used_unlike(other)
        return (self.own.isdisjoint(other.words) and used.isdisjoint(other.bare_words) and all(
            self.own.isdisjoint(header(path)[0]) and used.isdisjoint(header(path)[1])
            for path in other.headers - self.headers))


class RenamedSource(Source):
    """The same in a unit that gives names another form."""

    @functools.cached_property
    def includes(self):
        """As they are written anywhere: a file beside the source would not be found from elsewhere."""
        folder = self.path.absolute().parent
        return [f'#include "{folder / name[1:-1]}"' if (folder / name[1:-1]).exists() else f"#include {name}"
                for name in ANY_INCLUDE.findall(self.whole)]

    @functools.cached_property
    def fixed(self):
        """Which of its own names keep their form: all, if what it includes depends on a condition."""
        if CONDITION.search(self.whole):
            return self.own
        named = {name for match in NAMED_ELSEWHERE.findall(self.text) for name in match}
        return self.own & named.union(LOOKED_FOR, *(header(path)[0] for path in self.headers))

    def is_alone(self):
        return self.has_macros

    def leaves_free(self, other):
        return (self.opened == other.opened and self.fixed.isdisjoint(other.words)
                and self.used_unlike(other).isdisjoint(other.bare_words))


def groups_of(sources, size):
    """Those with the fewest possible companions choose theirs first, which makes fewer groups."""
    social = [source for source in sources if not source.is_alone()]
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


def unit_of(group):
    lines = list(dict.fromkeys(include for source in group for include in source.includes))
    for number, source in enumerate(group):
        others = set().union(*(other.words for other in group if other is not source))
        renamed = sorted((source.own - source.fixed) & others)
        lines += [f"#define {name} {name}_{number}" for name in renamed]
        lines.append(f'#include "{source.path.absolute()}"')
        lines += [f"#undef {name}" for name in renamed]
    return "\n".join(lines) + "\n"


def write_unit(path, group):
    """One that is there already is left as it is, so that it is not compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = unit_of(group)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("--into", type=pathlib.Path)
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    kind = RenamedSource if arguments.into else Source
    groups = groups_of([kind(path) for path in arguments.sources], arguments.size)
    numbered = [(number, group) for number, group in enumerate(groups) if len(group) > 1]
    if arguments.into:
        together = {member.path for _, group in numbered for member in group}
        units = [write_unit(arguments.into / f"unit_{number}.cc", group) for number, group in numbered]
        print(*units, *(path for path in arguments.sources if path not in together), sep="\n")
    else:
        for number, group in numbered:
            for member in group:
                print(f"unity_{number}\t{member.path}")


if __name__ == "__main__":
    main()
