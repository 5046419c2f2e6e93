#!/usr/bin/env node
// What the weight of the consistency term (lambda) does: five members on MNIST, three seeds, scored on the validation split.
// Usage: studies/consistency.mjs [--on test] [LAMBDA…]     (build first: dotnet build -c Release)
// Prints a Markdown table of means and spreads over seeds; docs/consistency.md holds the recorded one.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const tangram = join(root, "artifacts/bin/Tangram.Cli/release/tangram");
const args = process.argv.slice(2);
const on = args[0] === "--on" ? args.splice(0, 2)[1] : "validation";
const weights = args.length > 0 ? args.map(Number) : [0, 0.1, 0.2, 0.3, 1];
const seeds = [0, 1, 2];

function train(weight, seed) {
    const folder = mkdtempSync(join(tmpdir(), "tangram-study-"));
    try {
        const command = ["train", "mnist", "--evaluate-on", on, "--consistency", `${weight}`, "--seed", `${seed}`, "--out", join(folder, "run"), "--no-report", "--json"];
        return JSON.parse(execFileSync(tangram, command, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 26 }));
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function cell(values, digits) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return `${mean.toFixed(digits)} (${Math.min(...values).toFixed(digits)} … ${Math.max(...values).toFixed(digits)})`;
}

console.log(`| λ | code MSE | correlation of activations | active in common (by chance) | PW-MCC | matched to own number | alive per member | MSE | Pearson | worst member's Pearson | re-initialised |
|---|---|---|---|---|---|---|---|---|---|---|`);
for (const weight of weights) {
    const runs = seeds.map((seed) => train(weight, seed));
    const scores = runs.map((run) => run.evaluation);
    console.log(`| ${weight} | ${[
        cell(scores.map((one) => one.consistency.codeMse), 4),
        cell(scores.map((one) => one.consistency.activationCorrelation), 3),
        `${cell(scores.map((one) => one.consistency.activeInCommon), 3)}, ${cell(scores.map((one) => one.consistency.activeInCommonByChance), 3)}`,
        cell(scores.map((one) => one.consistency.pwMcc), 3),
        cell(scores.map((one) => one.consistency.matchedToOwnNumber), 3),
        cell(runs.map((run) => run.options.features * (1 - run.evaluation.deadFraction)), 0),
        cell(scores.map((one) => one.mse), 5),
        cell(scores.map((one) => one.pearson), 4),
        cell(scores.map((one) => Math.min(...one.members.map((member) => member.pearson))), 4),
        cell(runs.map((run) => run.reinitialised), 0),
    ].join(" | ")} |`);
}
