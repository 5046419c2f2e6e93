import { defineConfig } from 'vite';

// 'npm run dev' serves the pages with a running 'tangram explore' behind them.
export default defineConfig({
    server: { proxy: { '/api': { target: 'http://127.0.0.1:7370', changeOrigin: true } } },
    // Small files stay files: the content-security policy allows no inline scripts.
    build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 800 },
});
