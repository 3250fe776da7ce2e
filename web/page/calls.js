// How functions are called for a picture, a curve of errors or a time: those of several numbers along one of them.

/** What stands beside the number that runs: a gate's b, or the other elements of a row. */
export const BESIDE = {
  gate: { label: 'b', value: 1, along: 'Drawn along a: f(a, b) and its derivative by a.' },
  row: { label: 'the others', value: 0, along: 'Drawn along the first of a row of four: its result, and how that changes with it.' },
};
/** Elements of a row in a picture, and in a measurement. */
const [DRAWN, TIMED] = [4, 1024];

const filled = (length, value) => new Float32Array(length).fill(value);
const spread = (x, beside) => filled(DRAWN * x.length, beside).map((value, i) => (i % DRAWN ? value : x[i / DRAWN]));

/** Options of a call in which x runs, its tensors, and what picks the part of a result that belongs to each x. */
export function along({ family }, x, beside) {
  const plain = { options: { length: x.length }, of: y => y };
  if (family === 'gate') return { ...plain, tensors: { a: x, b: filled(x.length, beside), dy: filled(x.length, 1) } };
  if (family === 'activation') return { ...plain, tensors: { x, dy: filled(x.length, 1) } };
  return {
    options: { shape: [x.length, DRAWN] },
    tensors: { x: spread(x, beside), dy: spread(filled(x.length, 1), 0) },
    of: y => (y.length === x.length ? y : y.filter((_, i) => i % DRAWN === 0)),
  };
}

/** The shape of a call of so many elements. */
export const shapeOf = ({ family }, length) => (family === 'row' ? [Math.floor(length / TIMED), TIMED] : [length]);

/** Whether a function can be drawn: it takes nothing but the tensors above. */
export function drawable(act, f) {
  if (f.family === 'activation' || f.family === 'gate') return true;
  if (f.family !== 'row') return false;
  const { buffers } = act.plan(f.name, { shape: [1, DRAWN] });
  return buffers.every(({ name, elements }) => ['x', 'y'].includes(name) || !elements);
}
