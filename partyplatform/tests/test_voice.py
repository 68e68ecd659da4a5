"""One voice for every Chinese text, and one word per thing: the rules of docs/glossary.md, "The voice"."""

import re
from functools import cache

from .test_house import PACKAGES, ROOT, place, program

GLOSSARY = ROOT / "docs" / "glossary.md"
HAN = "\u4e00-\u9fff"
HAN_ANYWHERE = re.compile(f"[{HAN}]")
PRINTED = (  # as the manual, a regulation or an address prints them; see "The voice"
    "补交时间一般不得超过6个月",
    "党员E先锋",
    "党员e先锋",
    "导出Excel",
    "导出excel",
    "导出PDF",
    "下载PDF",
    "介绍信PDF",
    "25步",
    "信息完整度(%)",
    "省(区、市)(2)",
    "https://主机名:端口",
    "1号院8号楼101室",
    "&amp;C",
)
EXAMPLES = ("首次从网络……登录", "连续输错密码", "示大信息学院第一党支部")  # quoted in the help, names of nothing
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
FIELD = re.compile(r"\{[^{}]*\}")
CODE = re.compile(r"\\[dsSw]|\(\?[:<=!]")


@cache
def sources():
    """The program that speaks Chinese, without docstrings and without the demo: [(file, text)]."""
    found = [path for path in program() if path.relative_to(ROOT).parts[0] in PACKAGES and "demo" not in path.parts]
    read = [(place(path), path.read_text(encoding="utf-8")) for path in found]
    return [
        (where, re.sub(r'""".*?"""', "", text, flags=re.DOTALL)) for where, text in read if HAN_ANYWHERE.search(text)
    ]


@cache
def texts():
    """Every Chinese text as (file, text): literals of the program, lines of the templates; § for what is put in."""
    found = []
    for where, source in sources():
        joined = re.sub(r'(?<=[^\\"])"\n\s*f?"(?=[^",)\]}:])', "", source)  # pieces of one sentence
        found += [(where, text) for line in chinese(joined) for text in LITERAL.findall(line)]
    found = [(where, FIELD.sub("§", text).replace("\\n", "§")) for where, text in found if not CODE.search(text)]
    for path in sorted((ROOT / "templates").rglob("*.html")):
        source = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for line in chinese(source):
            said = re.sub(r"<[^>]*>|\{%.*?%\}|\{\{.*?\}\}", "§", line)
            within = [text for tag in re.findall(r"\{%.*?%\}|<[^>]*>", line) for text in LITERAL.findall(tag)]
            found += [(place(path), text) for text in (*said.split("§§"), *within)]
    return [(where, text) for where, text in found if HAN_ANYWHERE.search(text)]


def chinese(source):
    """The lines with a Chinese character."""
    return [line for line in source.splitlines() if HAN_ANYWHERE.search(line)]


def breaking(pattern, *, spare=PRINTED):
    """Return "file: text" of each text that matches once the printed words are taken out."""
    rule = re.compile(pattern)
    printed = re.compile("|".join(map(re.escape, spare)) or "$^")
    return [f"{where}: {text}" for where, text in texts() if rule.search(printed.sub("", text))]


def avoided():
    """The words nobody uses, from the table "Words chosen" of the glossary: {avoided: chosen}."""
    table = GLOSSARY.read_text(encoding="utf-8").split("### Words chosen")[1]
    rows = re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \|[^|]*\|$", table)[1:]
    return {word: chosen for chosen, words in rows for word in words.split("、")}


def test_there_are_texts_to_judge():
    assert len(texts()) > 8000
    assert "你" in avoided()
    assert ("partyplatform/ui/errors.py", "页面已过期") in texts()


def test_one_word_per_thing():
    words = avoided()
    assert breaking("|".join(words), spare=()) == []


def test_punctuation_of_chinese_is_full_width():
    assert (
        breaking(
            rf"[{HAN}”）][,;!?()](?![0-9]{{3}}\))|[,;!?()][{HAN}“]|[{HAN}]:(?!//)|「|『|\.\.\.|。。|，，|如 [{HAN}]"
        )
        == []
    )


def test_a_space_stands_between_chinese_and_latin_letters_or_digits():
    assert breaking(rf"[{HAN}][A-Za-z0-9]|[A-Za-z0-9%][{HAN}]") == []


def test_a_text_of_several_sentences_ends_with_a_full_stop():
    program_texts = [(where, text) for where, text in texts() if where.endswith(".py")]
    assert [f"{where}: {text}" for where, text in program_texts if re.search(r"。[^”）§；]*[^。：”）§\s]$", text)] == []


def test_the_one_sentence_of_a_message_has_no_full_stop_and_that_of_a_refusal_has_one():
    said = re.compile(r'(messages\.\w+\(\s*(?:self\.)?request,|PermissionDenied\()\s*f?"([^"]*)"')
    wrong = []
    for where, source in sources():
        for how, text in said.findall(source):
            if text.count("。") < 2 and text.endswith("。") != how.startswith("P") and not text.endswith(("}", "：")):
                wrong.append(f"{where}: {text}")
    assert wrong == []


def test_the_help_names_only_what_the_pages_show():
    """A menu, button or label in “ ” under templates/help/ is written so in the program or in another template."""
    help_pages = [(where, text) for where, text in texts() if where.startswith("templates/help/")]
    shown = "\n".join(text for where, text in texts() if not where.startswith("templates/help/"))
    named = {
        (where, part)
        for where, text in help_pages
        for said in re.findall("“([^“”]+)”", text)
        for part in said.split(" → ")
    }
    assert len(named) > 300
    assert sorted((where, part) for where, part in named if part not in shown and part not in EXAMPLES) == []
