"""What was measured, in numbers for people: medians, ratios of medians, and between which bounds the ratios of single rounds lie."""
import statistics

BASES = ("tangram", "tangram mixed")


def summary(rounds, value):
    """rounds: one dictionary {contender: measurement} per round. Returns {contender: {median, least, most, ratios: {base: {median, least, most}}}}."""
    result = {}
    for name in rounds[0]:
        values = [each[name][value] for each in rounds]
        result[name] = spread(statistics.median(values), values) | {"ratios": {}}
        for base in BASES:
            if base in rounds[0] and base != name:
                against = [each[base][value] for each in rounds]
                result[name]["ratios"][base] = spread(statistics.median(values) / statistics.median(against), [own / other for own, other in zip(values, against)])
    return result


def spread(median, values):
    return {"median": median, "least": min(values), "most": max(values)}


def agreement_table(title, differences):
    rows = [["", "largest difference of a weight", "of the mean loss, relative"]]
    return title + "\n" + table(rows + [[name, f"{one['weight']:.0e}", f"{one['loss']:.0e}"] for name, one in differences.items()])


def training_table(title, rounds):
    """A line per contender: milliseconds a step, ratios, and what it learned."""
    totals = summary(rounds, "milliseconds")
    rows = [["", "ms a step", *(f"times {base}" for base in BASES if base in totals), "test MSE", "Pearson", "mean loss, off plain's by"]]
    for name, total in totals.items():
        mse, pearson = (statistics.median(each[name][score] for each in rounds) for score in ("mse", "pearson"))
        rows.append([name, span(total), *(ratio(total, base, name) for base in BASES if base in totals), f"{mse:.5f}", f"{pearson:.4f}", loss_difference(name, rounds)])
    return title + "\n" + table(rows)


def loss_difference(name, rounds):
    plain = "PyTorch plain"
    if plain not in rounds[0] or name == plain:
        return ""
    return f"{max(abs(each[name]['loss'] / each[plain]['loss'] - 1) for each in rounds):.0e}"


def rate_table(title, rounds):
    """A line per contender: images per second. Ratios say how many times as fast Tangram is."""
    totals = summary([{name: {"seconds": 1 / one["imagesPerSecond"]} for name, one in each.items()} for each in rounds], "seconds")
    rows = [["", "images/s", *(f"times {base}'s time" for base in BASES if base in totals)]]
    for name, total in totals.items():
        rates = f"{1 / total['median']:,.0f}" + (f" ({1 / total['most']:,.0f} … {1 / total['least']:,.0f})" if len(rounds) > 1 else "")
        rows.append([name, rates, *(ratio(total, base, name) for base in BASES if base in totals)])
    return title + "\n" + table(rows), totals


def until_table(title, rounds, target):
    """A line per contender: seconds of steps until its test MSE is the target."""
    reached = [{name: {"seconds": seconds_until(one["history"], target)} for name, one in each.items()} for each in rounds]
    rows = [["", "seconds", "times tangram", "test MSE after each epoch"]]
    for name in reached[0]:
        own, base = ([each[which]["seconds"] for each in reached] for which in (name, "tangram"))
        times = "never" if None in own else f"{statistics.median(own):.2f}"
        against = "" if None in own + base or name == "tangram" else f"{statistics.median(own) / statistics.median(base):.1f}"
        rows.append([name, times, against, " ".join(f"{row['mse']:.5f}" for row in rounds[0][name]["history"])])
    return title + "\n" + table(rows), reached


def seconds_until(history, target):
    """Where the line through (seconds, test MSE) after each epoch crosses the target; None where it doesn't."""
    before = None
    for row in history:
        if row["mse"] <= target:
            if before is None:
                return row["seconds"]
            share = (before["mse"] - target) / (before["mse"] - row["mse"])
            return before["seconds"] + share * (row["seconds"] - before["seconds"])
        before = row
    return None


def span(total):
    if total["least"] == total["most"]:
        return number(total["median"])
    return f"{number(total['median'])} ({number(total['least'])} … {number(total['most'])})"


def ratio(total, base, name):
    if name == base:
        return "1"
    one = total["ratios"][base]
    if one["least"] == one["most"]:
        return f"{one['median']:.2f}"
    return f"{one['median']:.2f} ({one['least']:.2f} … {one['most']:.2f})"


def number(value):
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  " + "   ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
