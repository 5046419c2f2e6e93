#!/usr/bin/env node
// What makes a good dictionary: the recipes of docs/dictionary-quality.md, three seeds each, scored on the validation split.
// Usage: studies/dictionary.mjs [--on test] [TABLE…]     (build first: dotnet build -c Release)
// Prints Markdown tables of means ± standard deviations over the seeds; without names, all tables but main and long (about 20 minutes on two cores).
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const tangram = join(root, "artifacts/bin/Tangram.Cli/release/tangram");
const args = process.argv.slice(2);
const on = args[0] === "--on" ? args.splice(0, 2)[1] : "validation";
const seeds = [0, 1, 2];

const paper = "--preset paper-mnist --members 1 --consistency 0";
const still = `${paper} --reinitialise-after 0`;
const high = `${still} --learning-rate 0.008 --decay 0.9`;
const modern = "--preset modern";
const tied = `${modern} --untied false`;

// name: [data, [[what, options]…]]
const tables = {
    reinitialisation: ["mnist", [
        ["paper-mnist, one member, without re-initialisation", still],
        ["paper-mnist, one member", paper],
    ]],
    members: ["mnist", [
        ["paper-mnist (five members, λ = 0.2), without re-initialisation", "--reinitialise-after 0"],
        ["paper-mnist (five members, λ = 0.2)", ""],
    ]],
    steps: ["mnist", [
        ["the paper's recipe, one member, without re-initialisation", still],
        ["rate 8e-3, falling linearly over the last 90 %", high],
        ["+ pre-bias from the mean", `${high} --pre-bias mean`],
        ["+ encoder bias at a tenth of the rate", `${high} --pre-bias mean --encoder-bias --encoder-bias-rate 0.1`],
        ["+ auxiliary term", tied],
        ["+ a decoder of its own for the last 40 % of the steps = modern", modern],
    ]],
    changes: ["mnist", [
        ["modern", modern],
        ["tied for 40 % of the steps", `${modern} --tied-until 0.4`],
        ["tied for 80 % of the steps", `${modern} --tied-until 0.8`],
        ["tied throughout", tied],
        // One thing changed in the recipe that stays tied.
        ["without pre-bias", `${tied} --pre-bias none`],
        ["pre-bias from the geometric median", `${tied} --pre-bias median`],
        ["without encoder bias", `${tied} --encoder-bias false`],
        ["encoder bias at the full rate", `${tied} --encoder-bias-rate 1`],
        ["without auxiliary term", `${tied} --auxiliary 0`],
        ["auxiliary weight 1/32", `${tied} --auxiliary 0.03125`],
        ["re-initialisation in place of the auxiliary term", `${tied} --auxiliary 0 --reinitialise-after 100`],
        ["ReLU before TopK", `${tied} --relu`],
        ["unit rows", `${tied} --unit-rows`],
        ["never tied, half the rate", `${modern} --untied --learning-rate 0.004`],
        ["never tied, half the rate, unit rows, re-initialisation", `${modern} --untied --unit-rows --learning-rate 0.004 --auxiliary 0 --reinitialise-after 50`],
        ["features from images", `${tied} --initialisation data`],
        ["rate 4e-3", `${tied} --learning-rate 0.004`],
        ["rate 6e-3", `${tied} --learning-rate 0.006`],
        ["rate 1e-2", `${tied} --learning-rate 0.01`],
        ["rate 6e-3, decay over the last 70 %", `${tied} --learning-rate 0.006 --decay 0.7`],
        ["rate 6e-3, decay over the last 40 %", `${tied} --learning-rate 0.006 --decay 0.4`],
        ["warm-up over 5 %", `${tied} --warm-up 0.05`],
        ["gradients clipped to .01", `${tied} --clip 0.01`],
        ["weights averaged, β = .995", `${tied} --average 0.995`],
        ["batch 64", `${tied} --batch 64`],
    ]],
    fashion: ["fashion-mnist", [
        ["paper-mnist, one member, without re-initialisation", still],
        ["paper-mnist, one member", paper],
        ["modern", modern],
        ["modern at rate 4e-3", `${modern} --learning-rate 0.004`],
    ]],
    main: ["mnist", [["modern", modern]]],
    long: ["mnist", [
        ["modern, 30 epochs at 3e-3", `${modern} --epochs 30 --learning-rate 0.003`],
        ["modern, 60 epochs at 3e-3", `${modern} --epochs 60 --learning-rate 0.003`],
    ]],
};

function train(data, options, seed) {
    const folder = mkdtempSync(join(tmpdir(), "tangram-study-"));
    try {
        const command = ["train", data, ...options.split(" ").filter(Boolean), "--evaluate-on", on, "--seed", `${seed}`, "--out", join(folder, "run"), "--no-report", "--json"];
        return JSON.parse(execFileSync(tangram, command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 }));
    } catch (error) {
        if (`${error.stderr}`.includes("diverged"))
            return null;
        throw error;
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function cell(values, digits) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    const text = (number) => number.toFixed(digits).replace(/^0\./, ".");
    return `${text(mean)} ± ${text(deviation)}`;
}

for (const name of args.length > 0 ? args : Object.keys(tables).filter((table) => !["main", "long"].includes(table))) {
    const [data, rows] = tables[name];
    console.log(`\n${name}: ${data}, ${on} split, seeds ${seeds.join(", ")}\n\n| recipe | Pearson | MSE | features alive | re-initialised |\n|---|---|---|---|---|`);
    for (const [what, options] of rows) {
        const runs = seeds.map((seed) => train(data, options, seed)).filter(Boolean);
        const diverged = seeds.length - runs.length;
        console.log(`| ${what}${diverged ? ` (${diverged} of ${seeds.length} diverged)` : ""} | ${runs.length < 2 ? "– | – | – | –" : [
            cell(runs.map((run) => run.evaluation.pearson), 4),
            cell(runs.map((run) => run.evaluation.mse), 5),
            cell(runs.map((run) => run.options.features * (1 - run.evaluation.deadFraction)), 0),
            cell(runs.map((run) => run.reinitialised / run.options.members), 0),
        ].join(" | ")} |`);
    }
}
