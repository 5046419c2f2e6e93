// A training step over its floor, on shapes far apart, in fp32: node benchmarks/scaling.mjs [FILTER]. Prints a table in Markdown; docs/performance.md has one.
import { execFileSync } from 'node:child_process';

const tangram = new URL('../artifacts/bin/Tangram.Cli/release/tangram', import.meta.url).pathname;
const base = { inputs: 784, features: 1024, k: 50, batch: 128, members: 1 };
const shapes = [
  base,
  { ...base, members: 5 },
  { ...base, inputs: 12288, features: 3072, k: 128 },
  ...[32, 512, 2048, 8192].map(batch => ({ ...base, batch })),
  ...[256, 4096, 16384, 65536].map(features => ({ ...base, features })),
  ...[8, 128, 512].map(k => ({ ...base, k })),
  ...[64, 256, 3072, 12288, 49152].map(inputs => ({ ...base, inputs })),
  { inputs: 64, features: 256, k: 8, batch: 32, members: 1 },
  { inputs: 64, features: 256, k: 8, batch: 8192, members: 1 },
  { inputs: 64, features: 65536, k: 8, batch: 32, members: 1 },
  { inputs: 64, features: 65536, k: 512, batch: 128, members: 1 },
  { inputs: 64, features: 1024, k: 512, batch: 1024, members: 1 },
  { inputs: 64, features: 65536, k: 64, batch: 8192, members: 1 },
  { inputs: 49152, features: 256, k: 8, batch: 32, members: 1 },
  { inputs: 49152, features: 16384, k: 512, batch: 128, members: 1 },
  { inputs: 49152, features: 1024, k: 512, batch: 2048, members: 1 },
  { inputs: 768, features: 24576, k: 32, batch: 4096, members: 1 },
];

console.log('| inputs | features | k | batch | members | | step, ms | floor, ms | ratio | slowest phases (over their floors) |');
console.log('|---|---|---|---|---|---|---|---|---|---|');
for (const shape of shapes) {
  const name = Object.values(shape).join(' ');
  if (process.argv[2] && !name.includes(process.argv[2])) continue;
  // About two seconds of steps: the work of one is about 2·B·F·D·M operations at 200 GFLOP/s.
  const milliseconds = 2 * shape.batch * shape.features * shape.inputs * shape.members / 2e8;
  const steps = Math.max(5, Math.min(1000, Math.round(2000 / milliseconds)));
  const options = Object.entries(shape).flatMap(([option, value]) => [`--${option}`, `${value}`]);
  try {
    const result = JSON.parse(execFileSync(tangram, ['bench', '--json', '--precision', 'fp32', '--steps', `${steps}`, ...options], { maxBuffer: 1 << 24, stdio: ['ignore', 'pipe', 'pipe'] }));
    const phases = [...result.phases].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 3)
      .map(phase => `${phase.name} ${phase.milliseconds.toPrecision(3)} (${(phase.milliseconds / phase.floorMilliseconds).toFixed(1)})`);
    console.log(`| ${Object.values(shape).join(' | ')} | ${result.isFused ? 'fused' : ''} | ${result.milliseconds.toPrecision(3)} | ${result.floorMilliseconds.toPrecision(3)} | ` +
      `**${(result.milliseconds / result.floorMilliseconds).toFixed(2)}** | ${phases.join(', ')} |`);
  } catch (error) {
    console.log(`| ${Object.values(shape).join(' | ')} | | | | | ${String(error.stderr ?? error).trim()} |`);
  }
}
