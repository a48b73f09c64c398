/** A chart as our own SVG: colours from tokens, labels as HTML, a sentence for those who do not see it, and the figures as a table. */
import { html, svg } from 'lit';
import { clock, dayClock, shortTime, t } from './i18n.js';
import { number } from './admin.js';

const WIDTH = 600, HEIGHT = 120, ROWS = 15;
const round = top => { const step = 10 ** Math.floor(Math.log10(Math.max(top, 1))); return [1, 2, 3, 5, 6, 10].map(n => n * step).find(n => n >= top && n >= 3) ?? 3; };

/** From so long on a time of the day alone does not say which day. */
const LONG_MS = 12 * 3600 * 1000;
const of = row => Date.parse(row.at);

/** Rows that follow each other at the usual pace: where some are missing, nothing was measured, and the line has a gap. */
export function runs(rows) {
  const pauses = rows.slice(1).map((row, i) => of(row) - of(rows[i])), usual = pauses.toSorted((a, b) => a - b)[pauses.length >> 1];
  return rows.reduce((all, row, i) => {
    if (i && pauses[i - 1] <= 2.2 * usual) all.at(-1).push(row); else all.push([row]);
    return all;
  }, []);
}

/** The time at this part of the width. A few minutes have no quarters. */
function label(from, to, part) {
  if (to - from < 4 * 60000 && part !== 1 && (part !== 0 || to === from)) return '';
  const at = from + part * (to - from);
  return to - from < LONG_MS ? clock(at) : dayClock(at);
}

/** `series` are { name, of(row), line } over `rows`, the oldest first, each with its time `at`. */
export function chart({ id, title, rows, series, limit }) {
  const top = round(Math.max(1, limit ?? 0, ...rows.flatMap(row => series.map(s => s.of(row)))));
  const from = rows.length ? of(rows[0]) : 0, to = rows.length ? of(rows.at(-1)) : 0;
  const x = row => (to === from ? WIDTH : (of(row) - from) / (to - from) * WIDTH).toFixed(1);
  const y = value => (HEIGHT - value / top * HEIGHT).toFixed(1);
  const parts = runs(rows);
  const line = (run, value) => run.map((row, i) => `${i ? 'L' : 'M'}${x(row)},${y(value(row))}`).join(' ');
  const path = value => parts.map(run => line(run, value) + (run.length === 1 ? 'h0' : '')).join(' ');
  const last = rows.at(-1);
  const sentence = series.map(s => {
    const values = rows.map(s.of);
    return t('chart.sentence', { name: s.name, now: number(values.at(-1) ?? 0), most: number(Math.max(0, ...values)), mean: number(Math.round(values.reduce((a, b) => a + b, 0) / Math.max(1, values.length))) });
  }).join(' ');
  const step = Math.max(1, Math.ceil(rows.length / ROWS));
  const few = rows.filter((_, i) => (rows.length - 1 - i) % step === 0);
  return html`<figure class="pane chart" aria-labelledby=${id}>
    <figcaption class="chart-h"><h3 id=${id}>${title}</h3><span class="keys">${series.map(s => html`<span class="k"><svg viewBox="0 0 18 8" aria-hidden="true"><path class="ln ln-${s.line}" d="M0,4 H18"/></svg>${s.name} <b>${last ? number(s.of(last)) : '–'}</b></span>`)}</span></figcaption>
    <div class="plot"><div class="yax" aria-hidden="true">${[3, 2, 1, 0].map(n => html`<span>${number(Math.round(top * n / 3 * 10) / 10)}</span>`)}</div>
      <svg class="cv" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${sentence}>
        ${[0, 40, 80, 120].map(at => svg`<path class="grid" d="M0,${at} H${WIDTH}"/>`)}
        ${limit && limit <= top ? svg`<path class="thr" d="M0,${y(limit)} H${WIDTH}"/>` : ''}
        ${parts.map(run => svg`<path class="ar" d="${line(run, series[0].of)} L${x(run.at(-1))},${HEIGHT} L${x(run[0])},${HEIGHT}Z"/>`)}
        ${series.map(s => svg`<path class="ln ln-${s.line} ${rows.length === 1 ? 'dot' : ''}" d=${path(s.of) || 'M0,0'}/>`)}
      </svg>
      <div class="xax" aria-hidden="true">${rows.length ? [0, .25, .5, .75, 1].map(part => html`<span>${label(from, to, part)}</span>`) : ''}</div></div>
    <details class="alt"><summary>${t('chart.table')}</summary><div class="sideways" tabindex="0" role="region" aria-label=${t('chart.tableOf', { title })}><table class="tbl tbl-n"><thead><tr><th scope="col">${t('chart.time')}</th>${series.map(s => html`<th scope="col">${s.name}</th>`)}</tr></thead>
      <tbody>${few.map(row => html`<tr><th scope="row">${to - from < LONG_MS ? clock(row.at) : shortTime(row.at)}</th>${series.map(s => html`<td>${number(s.of(row))}</td>`)}</tr>`)}</tbody></table></div></details></figure>`;
}
