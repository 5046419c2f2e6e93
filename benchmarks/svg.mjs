// What the charts of docs/images share: text, colours, and a page in both themes.

// Okabe and Ito's colours, told apart with any kind of colour vision.
export const palette = { blue: '#0072B2', orange: '#E69F00', green: '#009E73', purple: '#CC79A7', vermilion: '#D55E00', sky: '#56B4E9', grey: '#999999' };

export const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
export const text = (x, y, content, extra = '') => `<text x="${x}" y="${y}" ${extra}>${escape(content)}</text>`;

export const page = (width, height, label, body) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(label)}">
<style>text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:17px;font-weight:600}.name{font-weight:600}.small{font-size:11px}.grid{stroke:#888;stroke-opacity:.35}.page{fill:#fff}@media(prefers-color-scheme:dark){.page{fill:#16181c}text{fill:#ddd}}</style>
<rect class="page" width="${width}" height="${height}"/>
${body.join('\n')}
</svg>
`;
