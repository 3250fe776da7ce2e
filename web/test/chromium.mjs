// The cases, the examples and the page in Chromium, as a visitor has them: node web/test/chromium.mjs [SCREENSHOT.png]
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = new URL('../', import.meta.url);
const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };
const server = createServer((request, response) => {
  const path = request.url === '/activations.wasm' ? 'dist/activations.wasm' : request.url.slice(1);
  if (!path) return response.setHeader('content-type', 'text/html').end('<!doctype html><title>cases</title><link rel="icon" href="data:,">');
  try {
    response.setHeader('content-type', types[extname(path)] ?? 'text/plain');
    response.end(readFileSync(new URL(path, root)));
  } catch {
    response.writeHead(404).end();
  }
}).listen(0, '127.0.0.1');
await new Promise(resolve => server.once('listening', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const flags = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const launch = more => chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, ...more] });
const browser = await launch(['--enable-unsafe-webgpu']);
console.log(`Chromium ${browser.version()}`);

function assert(holds, what) {
  if (!holds) throw new Error(what);
  console.log(what);
}

/** A page whose errors and console errors fail the test. */
async function open(url, { from = browser, viewport = { width: 1280, height: 900 } } = {}) {
  const context = await from.newContext({ viewport, acceptDownloads: true });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  await page.goto(url);
  return { page, clean: what => assert(!errors.length, `${what}: no errors on the console${errors.length ? `, but ${errors.join('; ')}` : ''}`) };
}

// The package.
{
  const { page, clean } = await open(`${origin}/`);
  await page.exposeFunction('report', line => console.log(line));
  await page.evaluate(async () => {
    const { Activations, all, lost } = await import('/test/cases.js');
    const act = await Activations.load('/activations.wasm');
    const adapter = await navigator.gpu.requestAdapter();
    await all(await adapter.requestDevice(), act, line => window.report(line));
    await lost(await (await navigator.gpu.requestAdapter()).requestDevice(), act, line => window.report(line));
  });
  clean('package');
}

// The examples.
for (const [name, result] of [['page', /^y: 0\b.*0\.731/], ['three', /^within/], ['transformers', /^within/]]) {
  const { page, clean } = await open(`${origin}/examples/${name}.html`);
  await page.waitForFunction(() => document.body.dataset.done, null, { timeout: 60000 });
  const told = await page.textContent('#result');
  assert(result.test(told), `examples/${name}.html: ${told}`);
  clean(`examples/${name}.html`);
}

// The page, from a folder.
{
  const file = pathToFileURL(fileURLToPath(new URL('dist/activations.html', root))).href;
  const { page, clean } = await open(file);
  const shown = title => page.waitForFunction(t => document.body.dataset.shown === t, title, { timeout: 60000 });
  await shown('relu');
  assert((await page.textContent('#adapter')).startsWith('On '), 'page: it names the GPU');
  assert(await page.locator('#functions li').count() > 50, 'page: it lists the functions');

  await page.fill('#filter', 'Swish');
  await page.locator('#functions input[value=silu]').check();
  await shown('silu');
  assert(await page.locator('#values path.curve').count() === 2, 'page: two functions are drawn');
  assert(await page.locator('#errors path.curve').count() === 3, 'page: errors of the kernel, of the formula, and the bound');
  const worst = Number(/At most ([\d.]+) ULP/.exec(await page.textContent('#worst'))[1]);
  assert(worst > 0 && worst <= 4, `page: silu errs by at most ${worst} ULP`);

  // By keyboard alone: from the filter to the next function, its parameter, its interval.
  await page.fill('#filter', 'leaky');
  await page.focus('#filter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await shown('leaky_relu');
  const curve = () => page.getAttribute('#values path.curve', 'd');
  const before = await curve();
  await page.focus('#param-negative_slope');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('0.5');
  await page.keyboard.press('Enter');
  await shown('leaky_relu, negative_slope 0.5');
  assert(await curve() !== before, 'page: a parameter changes the picture');
  await page.fill('#param-negative_slope', '1e99');
  await page.keyboard.press('Enter');
  assert((await page.textContent('#message')).includes('negative_slope is a number within'), 'page: a wrong parameter is told');
  await page.fill('#to', '-7');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#message').textContent.includes('no interval'));
  await page.fill('#to', '5');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('#message').hidden);

  // A gate along a, and a row along its first element.
  await page.fill('#filter', '');
  await page.locator('#functions input[value=swiglu]').check();
  await shown('swiglu');
  const most = async () => Number(/At most ([\d.e-]+) ULP/.exec(await page.textContent('#worst'))[1]);
  assert(await most() > 0 && await most() <= 4, `page: swiglu errs by at most ${await most()} ULP`);
  const gate = await curve();
  await page.fill('#beside', '-2');
  await page.keyboard.press('Enter');
  await page.waitForFunction(d => document.querySelector('#values path.curve').getAttribute('d') !== d, gate);
  assert(await most() > 0 && await most() <= 4, 'page: b changes the picture of a gate, not its errors');
  await page.click('#measure');
  await page.waitForSelector('#speed svg', { timeout: 120000 });
  assert(await page.locator('#speed rect').count() === 2, 'page: the speed of a gate beside a copy');
  for (const name of ['logsumexp', 'softmax']) {
    await page.locator(`#functions input[value=${name}]`).check();
    await shown(name);
    assert((await page.textContent('#worst')).includes(`errors of ${name} are in its check`), `page: ${name} is drawn`);
  }
  const heights = await page.evaluate(() => [...document.querySelectorAll('#values path.curve')].map(path => path.getBBox().height));
  assert(heights.length === 4 && heights.every(height => height > 1), 'page: four curves, none of them flat');
  for (const name of ['swiglu', 'logsumexp', 'softmax']) await page.locator(`#functions input[value=${name}]`).uncheck();
  await shown('leaky_relu, negative_slope 0.5');

  await page.selectOption('#elements', '1048576');
  await page.click('#measure');
  await page.waitForSelector('#speed svg', { timeout: 120000 });
  assert(await page.locator('#speed rect').count() === 3, 'page: speed beside a copy and the plain formula');

  await page.fill('#prefix', 'nn_');
  assert((await page.textContent('#text')).includes('fn nn_leaky_relu('), 'page: the text has its prefix');
  await page.selectOption('#kind', 'kernel');
  assert((await page.textContent('#text')).includes('@compute'), 'page: the whole kernel is there');

  await page.selectOption('#thin', '256');
  await page.click('#check');
  await page.waitForFunction(() => document.querySelector('#progress').textContent.includes('lines'), null, { timeout: 120000 });
  assert(/all of these last ones within/.test(await page.textContent('#progress')), `page: ${await page.textContent('#progress')}`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  const evidence = JSON.parse(readFileSync(await download.path(), 'utf8'));
  assert(evidence.schema === 'wgpu-activations/evidence/1' && evidence.check.length > 4 && evidence.check.every(line => line.ok), 'page: the evidence has its lines');
  assert(evidence.bench[0].seconds.kernel.length > 4 && evidence.adapter.backend === 'webgpu', 'page: the evidence has its samples');
  await page.fill('#filter', '');
  if (process.argv[2]) {
    for (const name of ['mish', 'gelu_tanh']) await page.locator(`#functions input[value=${name}]`).check();
    await shown('gelu_tanh');
    await page.click('#measure');
    await page.waitForFunction(() => document.querySelector('#speed svg')?.getAttribute('aria-label').includes('gelu_tanh'), null, { timeout: 120000 });
    await page.setViewportSize({ width: 1280, height: 1180 });
    await page.evaluate(() => document.activeElement.blur());
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: process.argv[2] });
  }
  // Every function there is, the last one first among those that are drawn.
  const names = await page.locator('#functions input').evaluateAll(boxes => boxes.map(box => box.value));
  for (const name of names) {
    await page.locator(`#functions input[value=${name}]`).check();
    await page.waitForFunction(n => document.body.dataset.shown.split(',')[0] === n || !document.querySelector('#message').hidden, name);
    const [message, worst, bound] = await page.evaluate(() => [
      document.querySelector('#message').textContent, document.querySelector('#worst').textContent,
      document.querySelector('#errors').hidden ? Infinity : Number(/the bound, ([\d.]+)/.exec(document.querySelector('#errors').textContent)[1]),
    ]);
    const most = Number(/At most ([\d.e+-]+)/.exec(worst)?.[1] ?? 0);
    if (message || !(most <= bound)) throw new Error(`page: ${name}: ${message || `${most} of ${bound} ULP`}`);
  }
  assert(names.length > 120, `page: each of ${names.length} functions is drawn, within its bound`);
  clean('page');

  const small = await open(file, { viewport: { width: 380, height: 800 } });
  await small.page.waitForFunction(() => document.body.dataset.shown);
  const [wide, screen] = await small.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert(wide <= screen, `page: ${wide} pixels wide on a phone of ${screen}`);

  // Without WebGPU there is one line.
  const without = await launch([]);
  const plain = await open(file, { from: without });
  await plain.page.waitForSelector('#message:not([hidden])');
  assert(/WebGPU/.test(await plain.page.textContent('#message')), `page: ${await plain.page.textContent('#message')}`);
  await without.close();
}

await browser.close();
server.close();
console.log('chromium: all cases hold');
process.exit();
