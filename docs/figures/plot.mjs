// Small plots as SVG text: the same numbers give the same bytes.
const WIDTH = 560;
const HEIGHT = 340;
const LEFT = 70;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 55;

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const number = (value) => String(Number(value.toFixed(2)));

/** A scale from values to pixels. */
function scale({ from, to, log = false }, low, high) {
  const [a, b] = log ? [Math.log10(from), Math.log10(to)] : [from, to];
  return (value) => low + (((log ? Math.log10(value) : value) - a) / (b - a)) * (high - low);
}

/**
 * @param {{ title: string, x: Axis, y: Axis, series: Series[], legendAt?: number }} plot `legendAt`: left end of the legend, pixels
 * @typedef {{ label: string, from: number, to: number, ticks: number[], log?: boolean }} Axis
 * @typedef {{ label: string, kind: 'dots' | 'line', colour: string, points: [number, number][] }} Series
 */
export function plotSvg({ title, x, y, series, legendAt = WIDTH - RIGHT - 190 }) {
  const atX = scale(x, LEFT, WIDTH - RIGHT);
  const atY = scale(y, HEIGHT - BOTTOM, TOP);
  const inside = ([px, py]) => px >= x.from && px <= x.to && py >= y.from && py <= y.to;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${WIDTH / 2}" y="22" text-anchor="middle" font-size="14">${escaped(title)}</text>`,
  ];
  for (const tick of x.ticks) {
    const at = number(atX(tick));
    parts.push(`<line x1="${at}" y1="${TOP}" x2="${at}" y2="${HEIGHT - BOTTOM}" stroke="#ddd"/>`);
    parts.push(`<text x="${at}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tick}</text>`);
  }
  for (const tick of y.ticks) {
    const at = number(atY(tick));
    parts.push(`<line x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}" stroke="#ddd"/>`);
    parts.push(`<text x="${LEFT - 6}" y="${number(atY(tick) + 4)}" text-anchor="end">${tick}</text>`);
  }
  const frame = `x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${HEIGHT - TOP - BOTTOM}"`;
  parts.push(`<rect ${frame} fill="none" stroke="#333"/>`);
  parts.push(`<text x="${WIDTH / 2}" y="${HEIGHT - 14}" text-anchor="middle">${escaped(x.label)}</text>`);
  parts.push(
    `<text x="16" y="${HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 ${HEIGHT / 2})">${escaped(y.label)}</text>`,
  );
  series.forEach(({ label, kind, colour, points }, k) => {
    const shown = points.filter(inside).map(([px, py]) => [number(atX(px)), number(atY(py))]);
    if (kind === 'line') {
      parts.push(
        `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${shown.map((p) => p.join(',')).join(' ')}"/>`,
      );
    } else {
      for (const [px, py] of shown) parts.push(`<circle cx="${px}" cy="${py}" r="2.5" fill="${colour}"/>`);
    }
    const line = TOP + 18 + 17 * k;
    parts.push(`<circle cx="${legendAt}" cy="${line - 4}" r="4" fill="${colour}"/>`);
    parts.push(`<text x="${legendAt + 10}" y="${line}">${escaped(label)}</text>`);
  });
  parts.push('</svg>', '');
  return parts.join('\n');
}
