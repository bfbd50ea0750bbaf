// Axes: where numbers lie, and which of them are written beside the axis.

/** A linear or logarithmic axis through all `numbers`; null if no axis holds them. place: between 0 and 1. */
export function axis(numbers, log) {
  const there = numbers.filter((number) => number !== null && Math.abs(number) < 1e150 && (!log || number > 0));
  if (!there.length) return null;
  let low = Infinity;
  let high = -Infinity;
  for (const number of there) {
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  if (low === high)
    [low, high] = log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const ticks = log ? logTicks(low, high) : linearTicks(low, high);
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const place = (number) => ((log ? Math.log(number) : number) - from) / (to - from);
  return { place, ticks, holds: (number) => number !== null && Math.abs(number) < 1e150 && (!log || number > 0) };
}

/** Three to seven round numbers. */
function linearTicks(low, high) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((size) => size * power >= rough * 0.99);
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i += 1)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten, every so-manieth if there are many; between them 2 and 5 where there are too few. */
function logTicks(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const stride = Math.ceil((last - first) / 6);
  const digits = last - first <= 2 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = first; power <= last; power += stride)
    ticks.push(...digits.map((digit) => Number(`${digit}e${power}`)));
  const inside = ticks.filter((tick) => tick >= low && tick <= high);
  return inside.length ? inside : [Number(low.toPrecision(2)), Number(high.toPrecision(2))];
}

/** A number as an axis or a table has it. */
export function numberText(number) {
  if (number === null) return "–";
  const size = Math.abs(number);
  if (number && (size < 1e-2 || size >= 1e6)) return number.toExponential().replace("e+", "e");
  return String(number);
}
