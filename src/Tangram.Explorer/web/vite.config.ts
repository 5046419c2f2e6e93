import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const forms = [
    ['.br', promisify(brotliCompress)],
    ['.gz', promisify(gzip)],
] as const;

/** Compresses the bundle beside its files, as far as that gains something: the server sends what a browser takes. */
const compressed: Plugin = {
    name: 'compressed',
    writeBundle: async ({ dir }, bundle) => {
        await Promise.all(
            Object.keys(bundle).map(async name => {
                const path = join(dir!, name);
                const content = await readFile(path);
                for (const [ending, compress] of forms) {
                    const short = await compress(content);
                    if (short.length < content.length) await writeFile(path + ending, short);
                }
            }),
        );
    },
};

// 'npm run dev' serves the pages with a running 'tangram explore' behind them.
export default defineConfig({
    plugins: [compressed],
    server: { proxy: { '/api': { target: 'http://127.0.0.1:7370', changeOrigin: true } } },
    // Small files stay files: the content-security policy allows no inline scripts.
    build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 800 },
});
