// How the explorer's server bears load: every call of its API, each by itself, from so many clients at once; percentiles of the answers' times, failures, and the
// server's memory before and after.
//
//   node benchmarks/explorer-load.mjs RUN [--clients 1,50] [--seconds 30] [--only TEXT] [--tangram COMMAND]
//
// The calls come from the server's own OpenAPI document, so none is forgotten; numbers of features and images are drawn at random. Clients and server share the machine.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        clients: { type: 'string', default: '1,50' },
        seconds: { type: 'string', default: '30' },
        only: { type: 'string', default: '' },
        tangram: {
            type: 'string',
            default: 'artifacts/bin/Tangram.Cli/release/tangram',
        },
    },
});
if (positionals.length === 0) {
    console.error('Usage: node benchmarks/explorer-load.mjs RUN [DATA] [--clients 1,50] [--seconds 30] [--only TEXT]');
    process.exit(2);
}

const server = spawn(values.tangram, ['explore', ...positionals, '--no-browser', '--port', '0', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
const address = await new Promise((found, failed) => {
    server.on('exit', code => failed(new Error(`The explorer ended with exit code ${code}.`)));
    let said = '';
    server.stdout.on('data', chunk => {
        said += chunk;
        if (said.includes('\n}')) found(new URL(JSON.parse(said).address));
    });
});
server.removeAllListeners('exit');

const random = below => Math.floor(Math.random() * below);
const run = JSON.parse((await ask('GET', '/api/run')).body);

/** A code as long as the model's, of random features. */
const code = () => {
    const features = new Set();
    while (features.size < Math.min(run.mostActive, run.features)) features.add(random(run.features));
    return JSON.stringify({
        features: [...features],
        activations: [...features].map(() => Math.random() * 2),
        image: random(run.images),
    });
};
const { width, height, channels } = run.shape;
const picture = (await ask('GET', '/api/images/0/picture')).body;
const bytes = 'application/octet-stream';

/** Bodies of the calls that send something. What writes into the run is left out, and so is the stream of a training. */
const bodies = {
    'POST /api/members/{member}/decode': { body: code },
    'POST /api/members/{member}/similar': { body: code },
    'POST /api/members/{member}/encode': {
        type: bytes,
        body: () => Buffer.from(Array.from({ length: width * height * channels }, () => random(256))),
    },
    'POST /api/members/{member}/encode-picture': {
        type: bytes,
        body: () => picture,
    },
};
const leftOut = [
    // One member has nobody to be compared with.
    ...(run.members > 1 ? [] : ['GET /api/members', 'GET /api/members/{member}/matches']),

    'PUT /api/members/{member}/features/{feature}/note',
    'DELETE /api/members/{member}/features/{feature}/note',
    'GET /api/live',
];

const document = JSON.parse((await ask('GET', '/api/openapi.json')).body);
const calls = [];
for (const [path, methods] of Object.entries(document.paths)) {
    for (const method of Object.keys(methods)) {
        const name = `${method.toUpperCase()} ${path}`;
        if (!name.includes(values.only) || leftOut.includes(name)) continue;
        if (method !== 'get' && !(name in bodies)) throw new Error(`${name} needs a body in this script.`);
        calls.push({
            name,
            method: method.toUpperCase(),
            path,
            ...(bodies[name] ?? {}),
        });
    }
}

console.log(`${run.name}: ${run.features} features, ${run.members} members, ${run.images} images of ${run.data}; ${values.seconds} s each`);
for (const clients of values.clients.split(',').map(Number)) {
    console.log(`\n${clients} client${clients === 1 ? '' : 's'}\n`);
    console.log('| call | answers/s | p50 ms | p90 ms | p99 ms | longest ms | kB | failed | memory MB |');
    console.log('|---|---:|---:|---:|---:|---:|---:|---:|---:|');
    for (const call of calls) await measure(call, clients);
}
server.kill('SIGTERM');

async function measure(call, clients) {
    await once(call); // what is made on first use isn't what is measured
    const before = memory(),
        times = [];
    let failed = 0,
        bytes = 0;
    const end = performance.now() + values.seconds * 1000;
    const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
    await Promise.all(
        Array.from({ length: clients }, async () => {
            while (performance.now() < end) {
                const begun = performance.now();
                const answer = await once(call, agent).catch(error => ({
                    status: 0,
                    bytes: 0,
                    error,
                }));
                times.push(performance.now() - begun);
                bytes += answer.bytes;
                if (answer.status < 200 || answer.status > 299) failed++;
            }
        }),
    );
    agent.destroy();
    times.sort((a, b) => a - b);
    const at = share => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
    const cells = [
        call.name,
        Math.round(times.length / values.seconds),
        at(0.5),
        at(0.9),
        at(0.99),
        at(1),
        Math.round(bytes / times.length / 1000),
        failed,
        `${before} → ${memory()}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
}

function once(call, agent) {
    const given = {
        member: 0,
        feature: random(run.features),
        image: random(run.images),
        label: random(Math.max(1, run.classes.length)),
        of: 'images',
    };
    given.other = (given.label + 1) % Math.max(2, run.classes.length);
    const path = call.path.replace(/\{(\w+)\}/g, (_, name) => given[name] ?? 0);
    return ask(call.method, path, call.body?.(), call.type, agent);
}

function ask(method, path, body, type = 'application/json', agent) {
    return new Promise((done, failed) => {
        const headers =
            body === undefined
                ? {}
                : {
                      'content-type': type,
                      'content-length': Buffer.byteLength(body),
                  };
        const request = http.request(
            {
                host: address.hostname,
                port: address.port,
                method,
                path,
                headers,
                agent,
            },
            response => {
                const chunks = [];
                response.on('data', chunk => chunks.push(chunk));
                response.on('end', () => {
                    const whole = Buffer.concat(chunks);
                    done({
                        status: response.statusCode,
                        bytes: whole.length,
                        body: whole,
                    });
                });
                response.on('error', failed);
            },
        );
        request.on('error', failed);
        request.end(body);
    });
}

/** Megabytes that the server's process holds in memory; on Linux alone. */
function memory() {
    try {
        return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]) / 1000);
    } catch {
        return NaN;
    }
}
