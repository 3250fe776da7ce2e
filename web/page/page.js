// The page: functions, their pictures, errors, speed, texts and checks on the visitor's GPU.
import { Activations } from '../activations.js';
import { check, run } from '../run.js';
import { BESIDE, along, drawable, shapeOf } from './calls.js';
import { bars, curves, short } from './plot.js';
import { measure, naiveValues } from './speed.js';

const POINTS = 601;
const MOST = 4;
/** Intervals of the error curve, and inputs in each. */
const [STEPS, EACH] = [300, 64];

const $ = id => document.getElementById(id);
const page = { act: null, device: null, info: null, functions: [], chosen: ['relu'], params: {}, beside: {}, lines: [], bench: [], stop: false };

function tell(text) {
  $('message').textContent = text;
  $('message').hidden = !text;
}

const byName = name => page.functions.find(f => f.name === name);
const first = () => byName(page.chosen[0]);
const paramsOf = name => page.params[name] ?? {};
const besideOf = ({ family }) => page.beside[family] ?? BESIDE[family]?.value;
const titleOf = name => [name, ...Object.entries(paramsOf(name)).map(([key, value]) => `${key} ${short(value)}`)].join(', ');

async function start() {
  const packed = Uint8Array.from(atob($('wasm').textContent.trim()), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  page.act = await Activations.load(await new Response(stream).arrayBuffer());
  page.functions = page.act.functions().filter(f => drawable(page.act, f));
  if (!navigator.gpu) throw new Error('This browser has no WebGPU: open the page in a current Chrome, Edge, Safari or Firefox.');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('WebGPU finds no GPU here: its driver may be blocked, or hardware acceleration switched off.');
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  page.device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  page.info = { vendor, architecture, device, description, software: isFallbackAdapter ?? false };
  const name = description || device || [vendor, architecture].filter(Boolean).join(' ') || 'a GPU that does not say its name';
  $('adapter').textContent = `On ${name}${page.info.software ? ', which is a CPU' : ''}. Nothing leaves this page.`;
  page.device.lost.then(({ message }) => tell(`The GPU was lost (${message || 'no reason given'}): reload the page.`));
  list();
  listen();
  await show();
}

function list() {
  const wanted = $('filter').value.trim().toLowerCase().replace(/[^a-z0-9]/g, '');
  const fits = f => [f.name, ...f.aliases].some(name => name.toLowerCase().replace(/[^a-z0-9]/g, '').includes(wanted));
  $('functions').replaceChildren(...page.functions.filter(fits).map(({ name, formula }) => {
    const [item, label, box] = ['li', 'label', 'input'].map(tag => document.createElement(tag));
    Object.assign(box, { type: 'checkbox', value: name, checked: page.chosen.includes(name) });
    label.title = formula;
    label.append(box, name);
    item.append(label);
    return item;
  }));
}

function choose(name, on) {
  page.chosen = page.chosen.filter(other => other !== name);
  if (on) page.chosen = [name, ...page.chosen].slice(0, MOST);
  if (!page.chosen.length) page.chosen = [name];
  for (const box of $('functions').querySelectorAll('input')) box.checked = page.chosen.includes(box.value);
  return show();
}

/** The parameters of the function that was chosen last. */
function showParams() {
  const { name, family, params } = first();
  const inputs = params.map(({ name: key, default: value, doc, intervals, whole }) => {
    const [label, input] = ['label', 'input'].map(tag => document.createElement(tag));
    const now = paramsOf(name)[key] ?? value;
    const [low, high] = [intervals[0][0], intervals.at(-1)[1]];
    Object.assign(input, { type: 'number', step: whole ? 1 : 'any', value: String(Number(now.toPrecision(8))), id: `param-${key}`, min: low, max: high });
    input.addEventListener('change', () => {
      const number = Number(input.value);
      if (!input.value || !intervals.some(([from, to]) => from <= number && number <= to)) {
        return tell(`${name}: ${key} is a number within ${intervals.map(ends => ends.map(short).join(' to ')).join(', or ')}.`);
      }
      page.params[name] = { ...paramsOf(name), [key]: number };
      show();
    });
    label.title = doc;
    label.append(`${key} `, input);
    return label;
  });
  $('params').replaceChildren(...inputs, ...(BESIDE[family] ? [besideInput(first())] : []));
}

/** What stands beside the number that runs, in functions of several. */
function besideInput(f) {
  const [label, input] = ['label', 'input'].map(tag => document.createElement(tag));
  Object.assign(input, { type: 'number', step: 'any', value: String(besideOf(f)), id: 'beside' });
  input.addEventListener('change', () => {
    if (!input.value || !Number.isFinite(Math.fround(Number(input.value)))) return tell(`${f.name}: ${BESIDE[f.family].label} is a number.`);
    page.beside[f.family] = Number(input.value);
    show();
  });
  label.append(`${BESIDE[f.family].label} `, input);
  return label;
}

/** A pass of a function on the GPU, along x. */
async function compute(name, pass, x) {
  const { options, tensors, of } = along(byName(name), x, besideOf(byName(name)));
  const result = async (which, values) => {
    const plan = page.act.plan(name, { ...options, pass: which, params: paramsOf(name) }, { device: page.device });
    if (plan.buffers.some(({ name: role, written }) => role === 'y' && !written)) values = { ...values, y: await result('forward', values) };
    const contents = plan.buffers.map(({ name: role, written, elements }) => {
      // A function that joins rows has an upstream gradient for each.
      const tensor = role === 'dy' && elements === x.length ? values.dy.filter(dy => dy === 1) : values[role];
      return written || !tensor ? undefined : new Uint8Array(tensor.buffer);
    });
    const after = await run(page.device, plan, contents);
    const k = plan.buffers.findIndex(({ written, elements }) => written && elements > 0);
    return new Float32Array(after[k].buffer, 0, plan.buffers[k].elements);
  };
  return of(await result(pass, tensors));
}

function interval() {
  const [from, to] = ['from', 'to'].map(id => Number($(id).value));
  if (!(from < to) || ![from, to].every(v => Math.abs(v) <= 1e30)) throw new Error(`From ${$('from').value} to ${$('to').value} is no interval.`);
  return [from, to];
}

let turn = 0;

async function show() {
  const mine = (turn += 1);
  const last = () => mine === turn;
  try {
    tell('');
    const f = first();
    const [from, to] = interval();
    $('chosen').textContent = f.name;
    $('along').textContent = BESIDE[f.family]?.along ?? '';
    $('formula').textContent = f.formula;
    $('formula').title = f.note;
    showParams();
    showText();
    const xs = Float32Array.from({ length: POINTS }, (_, k) => from + ((to - from) * k) / (POINTS - 1));
    const drawn = [];
    for (const [style, name] of page.chosen.entries()) {
      const ys = await compute(name, 'forward', xs);
      const slopes = byName(name).passes.includes('backward') && await compute(name, 'backward', xs);
      drawn.push({ label: titleOf(name), xs, ys, slopes, style });
    }
    if (!last()) return;
    curves($('values'), drawn, { label: `Values of ${page.chosen.join(', ')}` });
    curves($('slopes'), drawn.filter(({ slopes }) => slopes).map(curve => ({ ...curve, ys: curve.slopes })), { label: `Derivatives of ${page.chosen.join(', ')}` });
    await showErrors(f, from, to, last);
    document.body.dataset.shown = titleOf(f.name);
  } catch (error) {
    tell(error.message);
  }
}

async function showErrors(f, from, to, last) {
  const bound = f.bounds?.find(([pass]) => ['forward', 'y'].includes(pass))?.[1];
  $('errors').hidden = bound === undefined;
  if (bound === undefined) return void ($('worst').textContent = `The errors of ${f.name} are in its check, below.`);
  const x = Float32Array.from({ length: STEPS * EACH }, (_, k) => from + ((to - from) * (k + 0.5)) / (STEPS * EACH));
  const { tensors: { dy, ...inputs } } = along(f, x, besideOf(f));
  const errorsOf = got => page.act.errors(f.name, { params: paramsOf(f.name) }, got, ...Object.values(inputs));
  const all = [[`${f.name}, this kernel`, await compute(f.name, 'forward', x)]];
  const plain = f.naive && !Object.keys(paramsOf(f.name)).length;
  if (plain) all.push([f.naive, await naiveValues(page.device, f.naive, x)]);
  if (!last()) return;
  const worst = errors => Float64Array.from({ length: STEPS }, (_, k) => errors.subarray(k * EACH, (k + 1) * EACH).reduce((a, b) => Math.max(a, b), 0));
  const xs = Float64Array.from({ length: STEPS }, (_, k) => from + ((to - from) * (k + 0.5)) / STEPS);
  const curvesOfErrors = all.map(([label, got], style) => ({ label, xs, ys: worst(errorsOf(got)).map(v => Math.min(v, 1e9)), style }));
  curvesOfErrors.push({ label: `the bound, ${bound} ULP`, xs, ys: xs.map(() => bound), style: 2 });
  curves($('errors'), curvesOfErrors, { width: 1080, height: 280, log: true, label: 'Errors in ULP' });
  const most = ys => short(ys.reduce((a, b) => Math.max(a, b), 0));
  $('worst').textContent = `At most ${most(curvesOfErrors[0].ys)} ULP here${plain ? `; as one writes it, ${most(curvesOfErrors[1].ys)}` : ''}. What is below 0.01 is drawn there.`;
}

function showText() {
  const { name } = first();
  const prefix = $('prefix').value;
  try {
    $('text').textContent = $('kind').value === 'kernel'
      ? page.act.plan(name, { shape: shapeOf(first(), 1024) }, { device: page.device }).launches[0].text
      : page.act.snippet(name, { prefix });
  } catch (error) {
    $('text').textContent = error.message;
  }
}

/** Runs what a button starts, with the buttons off meanwhile. */
async function busy(body) {
  const buttons = [...document.querySelectorAll('button')].filter(({ id }) => id !== 'stop' && id !== 'copy');
  const before = buttons.map(({ disabled }) => disabled);
  buttons.forEach(button => (button.disabled = true));
  try {
    await body();
  } catch (error) {
    tell(error.message);
  }
  buttons.forEach((button, k) => (button.disabled = before[k]));
  $('download').disabled = !page.lines.length && !page.bench.length;
}

async function showSpeed() {
  const { name } = first();
  const elements = Number($('elements').value);
  $('speed').textContent = 'Measuring …';
  const result = await measure(page.act, page.device, first(), elements);
  page.bench.push(result);
  const { kernel, copy, naive: plain } = result.medians;
  const bar = (label, seconds, kind) => ({
    label, kind, value: 1 / seconds, text: `${short((1e-9 * result.bytes) / seconds)} GB/s, ${short(seconds * 1e3)} ms, ${(seconds / copy).toFixed(2)} copies`,
  });
  const all = [bar(name, kernel, 'own'), bar('a copy', copy, 'copy')];
  if (plain) all.push(bar('as one writes it', plain, 'naive'));
  bars($('speed'), all, { label: `Speed of ${name} beside a copy` });
}

async function checkAll(names) {
  page.stop = false;
  $('stop').hidden = false;
  document.querySelector('table').hidden = false;
  const thin = Number($('thin').value);
  let failed = 0;
  for (const [k, name] of names.entries()) {
    $('progress').textContent = `${name}, ${k + 1} of ${names.length} …`;
    for await (const line of check(page.act, page.device, name, { thin })) {
      page.lines.push({ ...line, thin });
      failed += line.ok ? 0 : 1;
      const row = $('lines').insertRow(0);
      const at = [line.at].flat().map(v => short(v)).join(', ');
      const params = Object.entries(line.params).map(([key, v]) => `${key} ${short(v)}`).join(', ');
      const cells = [params ? `${line.function} (${params})` : line.function, line.pass, short(line.max_ulp), short(line.bound), at, line.ok ? 'yes' : 'NO'];
      cells.forEach(text => (row.insertCell().textContent = text));
      row.lastChild.className = line.ok ? '' : 'no';
    }
    if (page.stop) break;
  }
  $('stop').hidden = true;
  $('progress').textContent = `${page.lines.length} lines, ${failed ? `${failed} of these last ones beyond their bounds` : 'all of these last ones within their bounds'}.`;
}

/** What was found here, in the form that `activations evidence` writes. */
function evidence() {
  return {
    schema: 'wgpu-activations/evidence/1',
    version: VERSION,
    date: new Date().toISOString().slice(0, 10),
    clocks: 'unknown',
    adapter: { ...page.info, backend: 'webgpu', driver: /(Firefox|Edg|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? '', browser: navigator.userAgent },
    check: page.lines,
    bench: page.bench,
  };
}

function listen() {
  $('filter').addEventListener('input', list);
  $('functions').addEventListener('change', ({ target }) => choose(target.value, target.checked));
  for (const id of ['from', 'to']) $(id).addEventListener('change', show);
  for (const id of ['kind', 'prefix']) $(id).addEventListener('input', showText);
  $('copy').addEventListener('click', async () => {
    await navigator.clipboard.writeText($('text').textContent).then(() => ($('copy').textContent = 'Copied'), () => getSelection().selectAllChildren($('text')));
    setTimeout(() => ($('copy').textContent = 'Copy'), 1500);
  });
  $('measure').addEventListener('click', () => busy(showSpeed));
  $('check').addEventListener('click', () => busy(() => checkAll(page.chosen)));
  $('check-all').addEventListener('click', () => busy(() => checkAll(page.act.functions().map(({ name }) => name))));
  $('stop').addEventListener('click', () => (page.stop = true));
  $('download').addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([JSON.stringify(evidence(), null, 2)], { type: 'application/json' }));
    link.download = `activations-${page.info.vendor || 'gpu'}-${evidence().date}.json`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

start().catch(error => {
  $('adapter').textContent = '';
  tell(error.message);
});
