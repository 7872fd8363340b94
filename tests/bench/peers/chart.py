"""What was measured, as bars in SVG, readable on light and dark."""
from html import escape

from table import medians

LABEL, BAR, VALUE, STEP, GAP = 330, 400, 80, 20, 34
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 }
.own { fill: #1a7f37 }
.other { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .own { fill: #3fb950 }
  .other { fill: #6e7681 }
}
"""


def bars(result):
    """Of each compression: its rows with what they took, the fastest first."""
    for method in result["compress"]:
        found = [(medians(row)[method], row) for row in result["rows"]
                 if method in medians(row)]
        if found:
            yield method, sorted(found, key=lambda x: (x[0], x[1]["label"]))


def draw(result):
    groups = list(bars(result))
    total = result["guilds"] * result["members"]
    per = 100_000 / total
    most = max((cpu for _, rows in groups for cpu, _ in rows), default=1)
    parts, y = [], 18
    for method, rows in groups:
        title = ("no compression" if method == "none" else method)
        parts.append(f'<text class="head" x="0" y="{y}">{title}: CPU seconds '
                     'for 100,000 members</text>')
        y += 10
        for cpu, row in rows:
            whose = "own" if row["peer"] == "muster" else "other"
            width = max(1, round(BAR * cpu / most, 1))
            parts.append(
                f'<text x="{LABEL - 8}" y="{y + 13}" text-anchor="end">'
                f'{escape(row["label"])}</text>'
                f'<rect class="{whose}" x="{LABEL}" y="{y + 2}" '
                f'width="{width}" height="{STEP - 5}" rx="2"/>'
                f'<text x="{LABEL + width + 6}" y="{y + 13}">'
                f'{cpu * per:.2f}</text>')
            y += STEP
        y += GAP
    width, height = LABEL + BAR + VALUE, max(y - GAP + 8, 20)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img">\n'
            '<title>CPU seconds for 100,000 members, by client</title>\n'
            f'<style>{STYLE}</style>\n' + "\n".join(parts) + "\n</svg>\n")
