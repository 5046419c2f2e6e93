// How much a step slows beside a busy process: node benchmarks/busy.mjs [BENCH OPTIONS…], after dotnet build -c Release. Linux; taskset pins the busy process.
import { execFileSync, spawn } from 'node:child_process';

const tangram = new URL('../artifacts/bin/Tangram.Cli/release/tangram', import.meta.url).pathname;
const options = process.argv.length > 2 ? process.argv.slice(2) : ['--steps', '1500'];
const step = () => JSON.parse(execFileSync(tangram, ['bench', '--json', ...options], { maxBuffer: 1 << 24 })).milliseconds;
const median = values => values.sort((a, b) => a - b)[values.length >> 1];

const quiet = [], busy = { 'anywhere': [], 'on processor 0': [], 'on processor 1': [] };
for (let round = 0; round < 3; round++) {
  quiet.push(step());
  for (const place of Object.keys(busy)) {
    const loop = ['sh', ['-c', 'while :; do :; done']];
    const other = place === 'anywhere' ? spawn(...loop) : spawn('taskset', ['-c', place.at(-1), loop[0], ...loop[1]]);
    try {
      busy[place].push(step());
    } finally {
      other.kill();
    }
  }
}
const alone = median(quiet);
console.log(`alone: ${alone.toFixed(3)} ms a step`);
for (const [place, values] of Object.entries(busy)) {
  const value = median(values);
  console.log(`a busy process ${place}: ${value.toFixed(3)} ms, ${(value / alone).toFixed(2)} times`);
}
