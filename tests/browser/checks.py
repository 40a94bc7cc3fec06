"""The two page checkers: axe for accessibility in a browser, Nu for the HTML as it was served."""

import json
import subprocess
from pathlib import Path

from tests.browser.tools import AXE, VNU, require

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async ([tags, within]) => {
    const { violations } = await axe.run(within, { runOnly: tags, resultTypes: ["violations"] });
    const line = (id, help, node) =>
        `${id}: ${help}: ${node.target.join(" ")}: ${node.html.slice(0, 200)}`;
    return violations.flatMap(({ id, help, nodes }) =>
        nodes.map((node) => line(id, help, node)));
}"""


def axe(page, within="html"):
    """One line per violation of WCAG 2.2 AA or best practice on a page made with bypass_csp.

    `within` is a selector of what is looked at, where the rest is not ours.
    """
    require("axe-core")
    page.add_script_tag(path=AXE)
    return page.evaluate(RUN_AXE, [AXE_TAGS, within])


def nu_check(directory):
    """One line per HTML error in the saved pages under a directory.

    Save every page first and ask once: starting the checker takes longer than checking.
    """
    require("java", "vnu-jar")
    if not any(Path(directory).rglob("*.html")):
        raise ValueError(f"no .html file under {directory}")
    command = ["java", "-jar", VNU, "--errors-only", "--format", "json", "--exit-zero-always"]
    done = subprocess.run(
        [*command, "--skip-non-html", directory], capture_output=True, text=True, check=True
    )
    return [
        f"{message['url'].removeprefix('file:')}:{message.get('lastLine', '?')}: "
        f"{message['message']}: {message.get('extract', '').strip()!r}"
        for message in json.loads(done.stderr)["messages"]
    ]
