"""What was measured, as Markdown."""
import statistics


def key(row):
    return f"{row['peer']}/{row['mode']}"


def medians(row, what="cpu"):
    """Of each compression, none where a run failed or there was none."""
    result = {}
    for method, samples in row["samples"].items():
        if samples and not any("failed" in x for x in samples):
            result[method] = statistics.median(x[what] for x in samples)
    return result


def reference(result, row):
    """The row that this one's goal is about, if it was measured."""
    wanted = row.get("ratio_to")
    for other in result["rows"]:
        if key(other) == wanted:
            return other
    return None


def ratio_text(value):
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def cells(result, row):
    own = medians(row)
    other = reference(result, row)
    base = medians(other) if other else {}
    for method in result["compress"]:
        if method not in row["samples"]:
            yield "-"
        elif method not in own:
            yield "failed"
        elif method in base:
            yield (f"{own[method]:.3f} s, "
                   f"**{ratio_text(own[method] / base[method])}**")
        else:
            yield f"{own[method]:.3f} s"


def memory(row):
    found = medians(row, "rss").values()
    return f"{max(found) / 1e6:.0f} MB" if found else "-"


def rounds(row):
    counts = {len(x) for x in row["samples"].values()}
    return str(max(counts, default=0))


def write(result):
    total = result["guilds"] * result["members"]
    lines = [f"CPU seconds of the client process for {total:,} members "
             f"({result['guilds']} guilds x {result['members']:,}) over wss, "
             "one shard; medians of interleaved rounds. Bold: ratio to the row "
             "of twilight-gateway that does the like.", "",
             "| client | " + " | ".join(result["compress"])
             + " | memory | rounds |",
             "|---|" + "---:|" * (len(result["compress"]) + 2)]
    for row in result["rows"]:
        lines.append("| " + " | ".join([row["label"], *cells(result, row),
                                        memory(row), rounds(row)]) + " |")
    lines.append("")
    for name, version in result["versions"].items():
        lines.append(f"- {name}: {version}")
    for name, why in result["left_out"].items():
        lines.append(f"- {name}: left out: {why}")
    for row in result["rows"]:
        for method, samples in row["samples"].items():
            for why in dict.fromkeys(x["failed"] for x in samples
                                     if "failed" in x):
                lines.append(f"- {key(row)}, {method}: failed: {why}")
    return "\n".join(lines) + "\n"
