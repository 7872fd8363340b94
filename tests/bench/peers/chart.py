"""What was measured, as bars in SVG, readable on light and dark."""
from html import escape

from table import medians

LABEL, BAR, VALUE, STEP, GAP = 350, 400, 80, 20, 30
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 }
.own { fill: #1a7f37 }
.other { fill: #8c959f }
.cut { stroke: #fff; stroke-width: 3 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .own { fill: #3fb950 }
  .other { fill: #6e7681 }
  .cut { stroke: #0d1117 }
}
"""


def groups(result):
    """Of each compression: its rows with what they took, the least first."""
    for method in result["compress"]:
        found = [(medians(row)[method], row) for row in result["rows"]
                 if method in medians(row)]
        if found:
            yield method, sorted(found, key=lambda x: (x[0], x[1]["label"]))


def scale(result):
    """Seconds of a whole bar. A slow client's goes beyond and is cut, or
    nobody could tell the others apart."""
    every = [(cpu, row) for _, rows in groups(result) for cpu, row in rows]
    quick = [cpu for cpu, row in every if not row["slow"]]
    return (1.5 * max(quick) if quick
            else max((cpu for cpu, _ in every), default=1))


def bar(cpu, per, row, most, y):
    whose = "own" if row["peer"] == "muster" else "other"
    width = round(min(BAR, max(1, BAR * cpu / most)), 1)
    end = LABEL + width
    cut = "" if cpu <= most else (
        f'<path class="cut" d="M{end - 24} {y + STEP - 1}l8 {2 - STEP}'
        f'M{end - 16} {y + STEP - 1}l8 {2 - STEP}"/>')
    return (f'<text x="{LABEL - 8}" y="{y + 13}" text-anchor="end">'
            f'{escape(row["label"])}</text>'
            f'<rect class="{whose}" x="{LABEL}" y="{y + 2}" width="{width}" '
            f'height="{STEP - 5}" rx="2"/>{cut}'
            f'<text x="{end + 6}" y="{y + 13}">{cpu * per:.2f}</text>')


def draw(result):
    per = 100_000 / (result["guilds"] * result["members"])
    most = scale(result)
    parts, y = [], 16
    for method, rows in groups(result):
        title = "no compression" if method == "none" else method
        parts.append(f'<text class="head" x="0" y="{y}">CPU seconds for '
                     f'100,000 members, {title}</text>')
        y += 8
        for cpu, row in rows:
            parts.append(bar(cpu, per, row, most, y))
            y += STEP
        y += GAP
    width, height = LABEL + BAR + VALUE, max(y - GAP, 20)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img">\n'
            '<title>CPU seconds for 100,000 members, by client</title>\n'
            f'<style>{STYLE}</style>\n' + "\n".join(parts) + "\n</svg>\n")
