// Draws docs/images/performance.svg: phases of a step beside their floors, for three models in both precisions; prints them as a table in Markdown. node benchmarks/chart.mjs (after dotnet build -c Release)
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { page, palette, text } from './svg.mjs';

const tangram = new URL('../artifacts/bin/Tangram.Cli/release/tangram', import.meta.url).pathname;
const models = [
  { name: 'MNIST, 784 → 1024, k = 50', options: ['--data', 'mnist', '--steps', '1000'] },
  { name: 'the same, five members', options: ['--data', 'mnist', '--members', '5', '--steps', '200'] },
  { name: 'emoji, 12288 → 3072, k = 128', options: ['--data', 'emoji', '--features', '3072', '--k', '128', '--steps', '20'] },
];
const colours = { product: palette.blue, update: palette.orange, decode: palette.green, select: palette.purple, other: palette.grey };
const labels = { product: 'encoder product', update: 'gradient and Adam', decode: 'decode and pulls', select: 'selection', other: 'reading, entries, waiting' };
const width = 760, left = 60, top = 106, row = 26, group = 92, labelWidth = 110;

const peaks = JSON.parse(execFileSync(tangram, ['bench', '--json', '--steps', '1'], { maxBuffer: 1 << 24 })).peaks;
const precisions = peaks.bf16Flops > 0 ? ['fp32', 'mixed'] : ['fp32'];
const results = models.flatMap(model => precisions.map(precision => ({
  ...JSON.parse(execFileSync(tangram, ['bench', '--json', '--precision', precision, ...model.options], { maxBuffer: 1 << 24 })),
  name: `${model.name}, ${precision}`,
})));
const height = top + results.length * group + 44;
const longest = Math.max(...results.map(result => result.milliseconds / result.floorMilliseconds));
const scale = (width - left - labelWidth) / longest;
const parts = phases => {
  const sums = { product: 0, update: 0, decode: 0, select: 0, other: 0 };
  for (const [name, value] of phases) sums[name in sums ? name : 'other'] += value;
  return Object.entries(sums);
};

const body = [];
body.push(text(left, 28, 'A training step over its floor', 'class="title"'));
body.push(text(left, 46, 'What each phase takes, and what the peaks measured in the same run allow: operations at peak, bytes at the speed', 'class="small"'));
body.push(text(left, 60, 'of the caches and of memory. Batch 128, 2 threads. Columns that are 0 in all 32 images of a group count in neither.', 'class="small"'));
let x = left;
for (const [key, label] of Object.entries(labels)) {
  body.push(`<rect x="${x}" y="74" width="11" height="11" fill="${colours[key]}"/>`, text(x + 15, 84, label, 'class="small"'));
  x += 24 + label.length * 6.3;
}
results.forEach((result, index) => {
  const y = top + index * group;
  body.push(text(left, y + 12, result.name, 'class="name"'));
  const bars = [
    ['floor', result.phases.map(phase => [phase.name, phase.floorMilliseconds]), result.floorMilliseconds],
    ['step', result.phases.map(phase => [phase.name, phase.milliseconds]), result.milliseconds],
  ];
  bars.forEach(([label, phases, total], bar) => {
    const at = y + 20 + bar * row;
    const all = parts(phases), sum = all.reduce((before, [, value]) => before + value, 0);
    let start = left;
    body.push(text(left - 8, at + 15, label, 'class="small" text-anchor="end"'));
    for (const [key, value] of all) {
      const length = value / sum * total / result.floorMilliseconds * scale;
      body.push(`<rect x="${start.toFixed(1)}" y="${at}" width="${length.toFixed(1)}" height="20" fill="${colours[key]}"><title>${labels[key]}: ${value.toPrecision(3)} ms</title></rect>`);
      start += length;
    }
    body.push(text((start + 6).toFixed(1), at + 15, `${total.toPrecision(3)} ms${bar ? `, ${(total / result.floorMilliseconds).toFixed(2)} ×` : ''}`, 'class="small"'));
  });
});
const axis = top + results.length * group - 6;
for (const tick of [0, 0.5, 1, 1.5, 2, 2.5, 3].filter(tick => tick <= longest)) {
  const at = left + tick * scale;
  body.push(`<line x1="${at}" x2="${at}" y1="${top}" y2="${axis}" class="grid"/>`, text(at, axis + 16, `${tick}`, 'class="small" text-anchor="middle"'));
}
body.push(text(left + 0.75 * scale, axis + 34, 'time, in floors of the model', 'class="small" text-anchor="middle"'));
const svg = page(width, height, 'A training step over its floor, by phase, for three models in both precisions', body);
writeFileSync(new URL('../docs/images/performance.svg', import.meta.url), svg);

const cell = (value, floor) => `${value.toPrecision(3)}, ${(value / floor).toFixed(2)}`;
console.log(`| phase | ${results.map(result => result.name).join(' | ')} |\n|---|${'---|'.repeat(results.length)}`);
for (const [index, { name }] of results[0].phases.entries())
  console.log(`| ${name} | ${results.map(({ phases }) => cell(phases[index].milliseconds, phases[index].floorMilliseconds)).join(' | ')} |`);
console.log(`| **step** | ${results.map(result => `**${cell(result.milliseconds, result.floorMilliseconds)}**`).join(' | ')} |`);
console.log(`| encoding, images/s | ${results.map(result => `${Math.round(result.encodeImagesPerSecond)}, ${(result.encodeFloorImagesPerSecond / result.encodeImagesPerSecond).toFixed(2)}`).join(' | ')} |`);
