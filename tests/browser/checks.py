"""What every page is checked for: its layout, axe for accessibility, Nu for the HTML as served."""

import json
import subprocess
from pathlib import Path

from tests.browser.tools import AXE, VNU, require

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What dark colours change: the rest is seen where the same page is looked at in light ones.
AXE_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN_AXE = """async ([tags, colours, within]) => {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const options = { runOnly: isDark ? colours : tags, resultTypes: ["violations"] };
    const { violations } = await axe.run(within, options);
    const line = (id, help, node) =>
        `${id}: ${help}: ${node.target.join(" ")}: ${node.html.slice(0, 200)}`;
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => line(id, help, node)));
}"""

# Compiling thoroughly takes longer than running; the schema nests deeper than a usual stack.
BRIEFLY = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m"]
WIDTHS = [320, 360, 768, 1360, 1920]

# What stands outside the window, although no box around it scrolls.
STICKING_OUT = """() => {
    const wide = document.documentElement.clientWidth;
    const scrolls = (e) =>
        e.closest("pre, .table-scroll, .toc ol, .visually-hidden, .honeypot, svg");
    const out = [...document.body.querySelectorAll("*")].filter((e) => {
        const { left, right, width } = e.getBoundingClientRect();
        return width && (right > wide + 1 || left < -1) && !scrolls(e);
    });
    const words = out.slice(-1).map((e) => `${e.tagName}.${e.className} sticks out`);
    const { scrollWidth } = document.documentElement;
    return scrollWidth > wide ? [`${scrollWidth} px wide`, ...words] : words;
}"""
# Links within a sentence are as high as its lines; everything else takes a fingertip.
SMALL_TARGETS = """() => {
    const own = "a[href], button, input, select, textarea, summary";
    const target = (e) => (e.matches("input") && e.closest("label")) || e;
    const isInText = (e) =>
        getComputedStyle(e).display === "inline" && !e.closest("sup, .footnotes") &&
        [...e.parentElement.childNodes]
            .filter((n) => !n.matches?.(own) && !n.querySelector?.(own))
            .some((n) => n.textContent.trim().length > 2);
    return [...document.querySelectorAll(own)]
        .filter((e) => e.checkVisibility() && !e.closest(".honeypot, .skip"))
        .map(target)
        .filter((e) => {
            const { width, height } = e.getBoundingClientRect();
            return (width < 24 || height < 24) && !isInText(e);
        })
        .map((e) => `small: ${e.outerHTML.slice(0, 120)}`);
}"""


def axe(page, within="html"):
    """One line per violation of WCAG 2.2 AA or best practice on a page made with bypass_csp.

    On a page with dark colours it looks at these alone. `within` is a selector of what is looked
    at, where the rest is not ours.
    """
    require("axe-core")
    page.add_script_tag(path=AXE)
    return page.evaluate(RUN_AXE, [AXE_TAGS, AXE_COLOURS, within])


def layout(page):
    """One line per thing on a loaded page that sticks out at some width, or is hard to hit."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {line}" for line in page.evaluate(STICKING_OUT)]
    found += page.evaluate(SMALL_TARGETS)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    found += page.evaluate(SMALL_TARGETS)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += [f"{WIDTHS[0]} px, large: {line}" for line in page.evaluate(STICKING_OUT)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def nu_check(directory):
    """One line per HTML error in the saved pages under a directory.

    Save every page first and ask once: starting the checker takes longer than checking.
    """
    require("java", "vnu-jar")
    if not any(Path(directory).rglob("*.html")):
        raise ValueError(f"no .html file under {directory}")
    command = ["java", *BRIEFLY, "-jar", VNU, "--errors-only", "--format", "json"]
    done = subprocess.run(
        [*command, "--exit-zero-always", "--skip-non-html", directory],
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        f"{message['url'].removeprefix('file:')}:{message.get('lastLine', '?')}: "
        f"{message['message']}: {message.get('extract', '').strip()!r}"
        for message in json.loads(done.stderr)["messages"]
    ]
