import { LitElement, html, svg, nothing } from 'lit';
import { get } from './api.js';
import { t, clock, seconds } from './i18n.js';
import { go } from './shell.js';
import { icon } from './marks.js';

const COLUMN = 214, ROW = 36, WIDTH = 184, HEIGHT = 26;

/** A text that is JSON, line by line; else as it is. */
const lines = text => {
  if (text == null) return [];
  try { return JSON.stringify(JSON.parse(text), null, 2).split('\n'); } catch { return text.split('\n'); }
};

/** What the message says, as far as a line has room for it. */
const short = message => (message.text || message.type).slice(0, 200);

/** Steps without an id of their own are named by what they do. */
const named = step => /^[a-z]+[A-Za-z]*\d+$/.test(step.node) ? step.label : step.node;

const payload = side => [...lines(side.body), ...Object.entries(side.variables).flatMap(([name, value]) => ['', `${name}:`, ...lines(value)])];

/** Each line, and whether the other side has it too, as often as it does. */
function compared(own, other) {
  const left = new Map();
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1);
  return own.map(line => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return { line, alike: count > 0 };
  });
}

/** Development only: the way of one message through the routes, drawn over their map, with the payload before and after each step. */
class HdTrace extends LitElement {
  static properties = { rail: {}, at: {}, found: { state: true }, trace: { state: true }, fault: { state: true }, step: { state: true } };

  constructor() {
    super();
    this.found = [];
    this.trace = null;
    this.fault = null;
    this.step = 0;
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.list();
  }

  get message() { return this.at?.rest[0] || null; }

  willUpdate(changed) {
    if (changed.has('at') && this.message !== this.shown) this.load();
  }

  async list() {
    try { this.found = (await get('/messages?limit=30')).data; } catch (fault) { this.fault = fault; }
  }

  async load() {
    const id = this.shown = this.message;
    this.trace = null;
    this.fault = null;
    this.step = 0;
    if (!id) return;
    try {
      const trace = await get(`/trace/${encodeURIComponent(id)}`);
      if (this.shown === id) this.trace = trace;
    } catch (fault) {
      if (this.shown === id) this.fault = fault;
    }
  }

  choose(step) {
    this.step = step;
    this.updateComplete.then(() => this.querySelectorAll('.tr-map [aria-current], .tr-step[aria-current]').forEach(one => one.scrollIntoView({ block: 'nearest', inline: 'nearest' })));
  }

  // Positions come from the map alone, so they are the same for every message: a column for each call, in the order of the files.
  places() {
    const places = new Map(), rows = [];
    const calls = new Map(this.trace.map.map(one => [one.route, one.calls]));
    const put = (route, column) => {
      if (places.has(route) || !calls.has(route)) return;
      rows[column] = (rows[column] ?? -1) + 1;
      places.set(route, { x: column * COLUMN + 4, y: rows[column] * ROW + 4 });
    };
    const called = new Set(this.trace.map.flatMap(one => one.calls));
    let level = this.trace.map.map(one => one.route).filter(route => !called.has(route));
    for (let column = 0; level.length && column < 20; column++) {
      level.forEach(route => put(route, column));
      level = [...new Set(level.flatMap(route => calls.get(route) ?? []))].filter(route => !places.has(route));
    }
    return { places, width: rows.length * COLUMN, height: (Math.max(0, ...rows) + 1) * ROW + 8 };
  }

  map() {
    const { places, width, height } = this.places();
    const taken = new Map();
    this.trace.steps.forEach((step, at) => { if (!taken.has(step.route)) taken.set(step.route, at); });
    const selected = this.trace.steps[this.step]?.route;
    const edges = this.trace.map.flatMap(one => one.calls.map(to => ({ from: one.route, to }))).filter(edge => places.has(edge.from) && places.has(edge.to));
    return html`<div class="tr-map" tabindex="0" role="region" aria-label=${t('trace.mapLabel')}><svg width=${width} height=${height} viewBox="0 0 ${width} ${height}" role="group" aria-label=${t('trace.mapSays', { n: taken.size })}>
      ${edges.map(({ from, to }) => {
        const a = places.get(from), b = places.get(to), x = a.x + WIDTH, y = a.y + HEIGHT / 2, end = b.y + HEIGHT / 2;
        return svg`<path class="tr-e ${taken.has(from) && taken.has(to) ? 'on' : ''}" d="M${x},${y} C${x + 16},${y} ${b.x - 16},${end} ${b.x},${end}"></path>`;
      })}
      ${[...places].map(([route, place]) => {
        const box = svg`<rect x=${place.x} y=${place.y} width=${WIDTH} height=${HEIGHT} rx="6"></rect><text x=${place.x + 8} y=${place.y + 17}>${route}</text>`;
        return taken.has(route) ? svg`<a class="tr-n on" href="#/trace/${encodeURIComponent(this.message)}" aria-current=${route === selected ? 'true' : nothing} @click=${e => { e.preventDefault(); this.choose(taken.get(route)); }}>${box}</a>`
          : svg`<g class="tr-n">${box}</g>`;
      })}</svg></div>`;
  }

  steps() {
    const { steps } = this.trace;
    return html`<ol class="tr-steps">${steps.map((step, at) => html`${at === 0 || steps[at - 1].route !== step.route ? html`<li class="tr-route">${step.route}</li>` : nothing}
      <li><button class="tr-step" type="button" aria-current=${at === this.step ? 'true' : nothing} @click=${() => this.choose(at)}><span class="muted num">${at + 1}</span><span class="wrap">${step.failed ? icon('warn', 'i-sm') : nothing}${named(step)}</span><span class="num muted">${t('trace.ms', { n: step.ms })}</span></button></li>`)}</ol>`;
  }

  side(name, own, other, mark) {
    return html`<div><h3>${name}</h3><pre class="tr-pre" tabindex="0" role="region" aria-label=${name}>${compared(own, other).map(({ line, alike }) => alike ? html`<span>${line}\n</span>`
      : html`<span class=${mark}><span class="sr">${t('trace.' + mark)} </span>${line}\n</span>`)}</pre></div>`;
  }

  detail() {
    const step = this.trace.steps[this.step];
    const before = payload(step.before), after = payload(step.after);
    return html`<section aria-labelledby="tr-d"><div class="tr-dh"><h2 id="tr-d" class="wrap">${named(step)}</h2>
      <button class="btn quiet icon" type="button" aria-label=${t('trace.before1')} ?disabled=${this.step === 0} @click=${() => this.choose(this.step - 1)}>${icon('back')}</button>
      <button class="btn quiet icon tr-next" type="button" aria-label=${t('trace.after1')} ?disabled=${this.step === this.trace.steps.length - 1} @click=${() => this.choose(this.step + 1)}>${icon('back')}</button></div>
      <p class="sm muted wrap">${t('trace.in', { route: step.route, at: seconds(step.at), n: step.ms })}</p>
      <p class="sm"><code class="wrap">${step.location ?? ''}</code></p><p class="sm"><code class="wrap">${step.label ?? ''}</code></p>
      <div class="tr-ba">${this.side(t('trace.before'), before, after, 'gone')}${this.side(t('trace.after'), after, before, 'added')}</div></section>`;
  }

  main() {
    if (this.fault) return html`<p class="hint bad" role="alert">${this.fault.message}</p>`;
    if (!this.message) return html`<p class="ref-p">${t('trace.about')}</p>`;
    if (!this.trace) return html`<p class="muted" role="status">${t('app.loading')}</p>`;
    const { message } = this.trace;
    return html`<h1 class="wrap"><bdi>${short(message)}</bdi></h1><p class="muted">${t('trace.message', { id: message.id, status: message.status })}</p>
      ${this.map()}<div class="tr-grid"><section aria-labelledby="tr-s"><h2 id="tr-s">${t('trace.steps')}</h2>${this.steps()}</section>${this.detail()}</div>`;
  }

  render() {
    return html`<div class="app ref" data-view=${this.message ? 'thread' : 'list'}>${this.rail}
      <section class="list" role=${this.message ? 'navigation' : 'main'} aria-label=${t('trace.messages')}><form class="ref-find" @submit=${e => { e.preventDefault(); const id = e.target.elements.id.value.trim(); if (id) go(`trace/${encodeURIComponent(id)}`); }}>
          <h1>${t('page.trace')}</h1><div class="searchbox">${icon('search')}<input class="input" type="search" name="id" aria-label=${t('trace.find')} placeholder=${t('trace.find')}></div></form>
        <div class="scroll"><ul>${this.found.map(message => html`<li><a class="ref-o" href="#/trace/${message.id}" aria-current=${this.message === message.id ? 'page' : nothing}>
          <span class="muted num">${clock(message.sentAt ?? message.createdAt)}</span><span class="cut">${t('trace.' + message.direction)} <bdi>${short(message)}</bdi></span></a></li>`)}</ul></div></section>
      <section class="thread ref-main" role=${this.message ? 'main' : 'region'} tabindex="0" aria-label=${t('page.trace')}><div class="ref-in tr-in">
        <button class="btn quiet icon only-stack" type="button" aria-label=${t('trace.messages')} @click=${() => go('trace')}>${icon('back')}</button>${this.main()}</div></section></div>`;
  }
}

customElements.define('hd-trace', HdTrace);
