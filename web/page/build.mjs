// Puts the page into one file that needs no server: node web/page/build.mjs DIST
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const [dist] = process.argv.slice(2);
const read = name => readFileSync(new URL(name, import.meta.url), 'utf8');
const { version } = JSON.parse(read('../package.json'));

// Modules in the order of what they import; names that two of them declare would be one.
const parts = ['../activations.js', '../run.js', 'calls.js', 'plot.js', 'speed.js', 'page.js'].map(read);
const declared = parts.flatMap(text => [...text.matchAll(/^(?:export )?(?:async )?(?:const|let|class|function\*?) (\w+)/gm)].map(([, name]) => name));
const twice = declared.filter((name, k) => declared.indexOf(name) !== k);
if (twice.length) throw new Error(`two modules of the page declare ${twice.join(', ')}`);
const script = parts.map(text => text.replace(/^import .*\n/gm, '').replace(/^export /gm, '')).join('\n');
if (script.includes('</script')) throw new Error('the script ends the element that holds it');

const fill = (page, mark, text) => page.split(`/* ${mark} */`).join(text);
const wasm = gzipSync(readFileSync(`${dist}/activations.wasm`), { level: 9 }).toString('base64');
let page = read('index.html');
page = fill(page, 'STYLE', read('style.css'));
page = fill(page, 'SCRIPT', `const VERSION = ${JSON.stringify(version)};\n${script}`);
page = fill(page, 'WASM', wasm);
writeFileSync(`${dist}/activations.html`, page);
console.log(`${dist}/activations.html: ${Math.round(page.length / 1024)} kB, of which ${Math.round(wasm.length / 1024)} kB are WebAssembly`);
