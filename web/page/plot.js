// Curves and bars as SVG, which scales and prints.

const DASHES = ['', '9 4', '3 3', '12 3 3 3'];
const PAD = { left: 46, right: 12, top: 10, bottom: 26 };

const escaped = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

/** A short decimal. */
export function short(v) {
  if (typeof v !== 'number') return String(v);
  const size = Math.abs(v);
  return v === 0 ? '0' : size >= 1e5 || size < 1e-3 ? v.toExponential(1).replace('.0e', 'e').replace('e+', 'e') : String(Number(v.toPrecision(4)));
}

/** Round numbers that divide an interval. */
function ticks(low, high, count = 5) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(k => k * power).find(k => k >= raw);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, k) => (first + k) * step);
}

/**
 * Draws curves, each { label, xs, ys, style }, into an element. Gaps are where a value is not finite. A logarithmic plot counts
 * what is below 0.01 as that.
 */
export function curves(element, all, { width = 520, height = 300, log = false, label = '' } = {}) {
  const scale = log ? v => Math.log10(Math.max(v, 0.01)) : v => v;
  const shown = all.flatMap(({ ys }) => Array.from(ys, scale)).filter(Number.isFinite);
  if (!shown.length) return element.replaceChildren();
  const xs = all[0].xs;
  const [x0, x1] = [xs[0], xs[xs.length - 1]];
  let [y0, y1] = [Math.min(...shown), Math.max(...shown)];
  if (!log) {
    // Values that run away do not flatten the others.
    const sorted = shown.sort((a, b) => a - b);
    const [low, high] = [sorted[Math.floor(sorted.length * 0.01)], sorted[Math.ceil(sorted.length * 0.99) - 1]];
    const room = Math.max((high - low) * 0.5, 0.5);
    [y0, y1] = [Math.max(y0, low - room), Math.min(y1, high + room)];
  }
  const margin = Math.max((y1 - y0) * 0.06, 0.05);
  [y0, y1] = [y0 - margin, y1 + margin];
  const px = x => PAD.left + ((x - x0) / (x1 - x0)) * (width - PAD.left - PAD.right);
  const py = y => height - PAD.bottom - ((y - y0) / (y1 - y0)) * (height - PAD.top - PAD.bottom);
  const inside = y => Math.min(Math.max(y, y0 - (y1 - y0)), y1 + (y1 - y0));
  const lines = ticks(x0, x1).map(x => `<line class="${x === 0 ? 'axis' : 'grid'}" x1="${px(x)}" x2="${px(x)}" y1="${PAD.top}" y2="${height - PAD.bottom}"/>
    <text x="${px(x)}" y="${height - 8}" text-anchor="middle">${short(x)}</text>`);
  const levels = log ? Array.from({ length: Math.floor(y1) - Math.ceil(y0) + 1 }, (_, k) => Math.ceil(y0) + k) : ticks(y0, y1);
  lines.push(...levels.map(y => `<line class="${y === 0 && !log ? 'axis' : 'grid'}" x1="${PAD.left}" x2="${width - PAD.right}" y1="${py(y)}" y2="${py(y)}"/>
    <text x="${PAD.left - 6}" y="${py(y) + 4}" text-anchor="end">${log ? short(10 ** y) : short(y)}</text>`));
  const paths = all.map(({ label, xs, ys, style = 0 }) => {
    let open = false;
    let path = '';
    ys.forEach((y, i) => {
      const value = scale(y);
      path += Number.isFinite(value) ? `${open ? 'L' : 'M'}${px(xs[i]).toFixed(1)} ${py(inside(value)).toFixed(1)}` : '';
      open = Number.isFinite(value);
    });
    return `<path class="curve" d="${path}" clip-path="url(#${element.id}-clip)" style="stroke: var(--c${style})" stroke-dasharray="${DASHES[style]}"><title>${escaped(label)}</title></path>`;
  });
  const legend = all.map(({ label, style = 0 }) => `<span><svg viewBox="0 0 32 8" aria-hidden="true">
    <line class="key" x1="0" x2="32" y1="4" y2="4" style="stroke: var(--c${style})" stroke-dasharray="${DASHES[style]}"/></svg>${escaped(label)}</span>`);
  element.innerHTML = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">
    <clipPath id="${element.id}-clip"><rect x="${PAD.left}" y="${PAD.top}" width="${width - PAD.left - PAD.right}" height="${height - PAD.top - PAD.bottom}"/></clipPath>
    ${lines.join('')}${paths.join('')}</svg><div class="legend">${legend.join('')}</div>`;
}

/** Draws bars, each { label, value, text, kind }, the longest over the whole width. */
export function bars(element, all, { width = 1000, label = '' } = {}) {
  const most = Math.max(...all.map(({ value }) => value));
  const rows = all.map(({ label, value, text, kind }, k) => `<g transform="translate(0 ${k * 30})">
    <text x="150" y="18" text-anchor="end">${escaped(label)}</text>
    <rect class="bar ${kind}" x="158" y="4" height="20" width="${((value / most) * (width - 480)).toFixed(1)}"/>
    <text x="${(166 + (value / most) * (width - 480)).toFixed(1)}" y="18">${escaped(text)}</text></g>`);
  element.innerHTML = `<svg viewBox="0 0 ${width} ${30 * all.length + 4}" role="img" aria-label="${escaped(label)}">${rows.join('')}</svg>`;
}
