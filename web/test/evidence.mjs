// Has the page check functions in Chromium and keeps what it downloads: node web/test/evidence.mjs FILE.json [NAME...]
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

/** Functions that people use, to be timed. */
const COMMON = ['relu', 'silu', 'gelu', 'gelu_tanh', 'mish', 'softplus', 'tanh', 'swiglu', 'softmax'];

const [file, ...names] = process.argv.slice(2);
const flags = ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, '--enable-unsafe-webgpu'] });
const page = await (await browser.newContext({ acceptDownloads: true })).newPage();
page.setDefaultTimeout(0);
await page.goto(pathToFileURL(fileURLToPath(new URL('../dist/activations.html', import.meta.url))).href);
await page.waitForFunction(() => document.body.dataset.shown || !document.querySelector('#message').hidden);
await page.evaluate(thin => {
  const option = new Option(thin, thin, true, true);
  document.querySelector('#thin').append(option);
}, process.env.THIN ?? '64');
const box = name => page.locator(`#functions input[value=${name}]`);
// The page measures the first of those that are chosen, and always has one.
let chosen = 'relu';
for (const name of COMMON.filter(name => !names.length || names.includes(name))) {
  if (name !== chosen) {
    await box(name).check();
    await box(chosen).uncheck();
    chosen = name;
  }
  await page.click('#measure');
  await page.waitForSelector('#speed svg');
}
for (const name of names.slice(0, 4)) await box(name).check();
if (names.length && !names.includes(chosen)) await box(chosen).uncheck();
await page.click(names.length ? '#check' : '#check-all');
await page.waitForFunction(() => document.querySelector('#progress').textContent.includes(' lines, '));
const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
copyFileSync(await download.path(), file);
const evidence = { label: `Chromium ${browser.version().split('.')[0]}`, ...JSON.parse(readFileSync(file, 'utf8')) };
// A line for each entry, as the command line tool writes it.
const members = Object.entries(evidence).map(([key, value]) => {
  const text = Array.isArray(value) && value.length ? `[\n${value.map(entry => JSON.stringify(entry)).join(',\n')}\n]` : JSON.stringify(value);
  return `${JSON.stringify(key)}: ${text}`;
});
writeFileSync(file, `{\n${members.join(',\n')}\n}\n`);
await browser.close();
process.exit(evidence.check.every(({ ok }) => ok) ? 0 : 1);
