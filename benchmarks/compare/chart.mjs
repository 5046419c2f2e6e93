// Draws docs/images/comparison.svg: times of PyTorch over Tangram's, from what compare.py --json FILE wrote. node benchmarks/compare/chart.mjs FILE [SVG]
import { readFileSync, writeFileSync } from 'node:fs';
import { page, palette, text } from '../svg.mjs';

const [file, target = new URL('../../docs/images/comparison.svg', import.meta.url)] = process.argv.slice(2);
if (!file) {
  console.error('Give the file that compare.py --json wrote: node benchmarks/compare/chart.mjs FILE [SVG]');
  process.exit(2);
}
const { configurations, pytorch, machine, threads, rounds } = JSON.parse(readFileSync(file, 'utf8'));
const groups = [
  ['mnist', 'Training, 784 → 1024, k = 50'], ['five', 'Training, the same, five members'], ['colour', 'Training, 12288 → 3072, k = 128'],
  ['encode-mnist', 'Encoding, 784 → 1024'], ['encode-colour', 'Encoding, 12288 → 3072'],
].filter(([key]) => configurations[key]);
const colours = {
  'tangram mixed': palette.blue, 'PyTorch plain': palette.vermilion, 'PyTorch plain, settings': palette.orange,
  'PyTorch tuned': palette.green, 'PyTorch lists': palette.sky, 'PyTorch bf16': palette.purple,
};
const width = 760, left = 170, right = 130, top = 92, row = 18, gap = 34;

const bars = groups.map(([key, title]) => [title, Object.entries(configurations[key].summary).filter(([name]) => name !== 'tangram')
  .map(([name, { ratios }]) => ({ name, ...ratios.tangram }))]);
const longest = Math.max(...bars.flatMap(([, group]) => group.map(bar => bar.most)));
const scale = (width - left - right) / longest;
const body = [
  text(24, 28, "Time over Tangram's in fp32", 'class="title"'),
  text(24, 48, `The same images, first weights, order of batches and ${threads} threads, by turns.`, 'class="small"'),
  text(24, 63, `PyTorch ${pytorch?.version ?? '?'}${pytorch?.openblas ? `, OpenBLAS' ${pytorch.openblas.kernels} kernels` : ''}; ${machine.processor}.${rounds > 1 ? ` Medians of ${rounds} rounds; grey lines: least to largest.` : ''}`, 'class="small"'),
];
let y = top;
for (const [title, group] of bars) {
  body.push(text(24, y + 4, title, 'class="name"'));
  y += 12;
  for (const { name, median, least, most } of group) {
    const end = left + median * scale, middle = y + row / 2 - 1;
    body.push(text(left - 8, y + 12, name, 'class="small" text-anchor="end"'),
      `<rect x="${left}" y="${y}" width="${(median * scale).toFixed(1)}" height="${row - 3}" fill="${colours[name] ?? palette.grey}"><title>${name}: ${median.toFixed(2)}, ${least.toFixed(2)} to ${most.toFixed(2)}</title></rect>`);
    if (least !== most)
      body.push(`<line x1="${(left + least * scale).toFixed(1)}" x2="${(left + most * scale).toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#888" stroke-width="2"/>`);
    body.push(text((Math.max(end, left + most * scale) + 6).toFixed(1), y + 12, `${median.toFixed(median < 10 ? 2 : 1)} ×`, 'class="small"'));
    y += row;
  }
  y += gap;
}
const bottom = y - gap + 6, tickEvery = [0.5, 1, 2, 5, 10, 20, 50].find(step => longest / step <= 10) ?? 100;
const grid = [];
for (let tick = 0; tick <= longest; tick += tickEvery) {
  const x = (left + tick * scale).toFixed(1);
  grid.push(`<line x1="${x}" x2="${x}" y1="${top + 8}" y2="${bottom}" class="grid"/>`, text(x, bottom + 16, `${tick}`, 'class="small" text-anchor="middle"'));
}
grid.push(`<line x1="${(left + scale).toFixed(1)}" x2="${(left + scale).toFixed(1)}" y1="${top + 8}" y2="${bottom}" stroke="#888" stroke-dasharray="3 3"/>`);
body.splice(3, 0, ...grid);
body.push(text(left + (width - left - right) / 2, bottom + 34, "time over Tangram's in fp32 (dashed: as fast)", 'class="small" text-anchor="middle"'));
writeFileSync(target, page(width, bottom + 48, 'Times of PyTorch over those of Tangram, for training and encoding', body));
