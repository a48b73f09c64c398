import { LitElement, html, nothing } from 'lit';
import { get, post, query } from './api.js';
import { fullTime, said, seconds, t } from './i18n.js';
import { icon } from './marks.js';
import { toast } from './shell.js';
import { ago, copy, duration, every, frame, head, isAdmin, local, number, paneHead, refused, time, waitOrFault, chip } from './admin.js';
import { chart } from './chart.js';

const STATES = { ok: ['ok', 'check'], attention: ['att', 'warn'], throttled: ['thr', 'gauge'], paused: ['pau', 'pause'], misconfigured: ['mis', 'wrench'], down: ['down', 'plug'] };
const WORST = ['down', 'misconfigured', 'paused', 'attention', 'throttled', 'ok'];
const PERIODS = [60, 1440, 10080];
/** So many dead letters more at a time. */
const LETTERS = 50;
const MENDS = { webhook: 'webhook', number: 'setup', 'dead-letters': 'health/dead', sending: 'settings' };

/** How the service does: what judges first, then what needs a person, numbers, pictures, ledgers, dead letters. */
class HdHealth extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, health: { state: true }, ingest: { state: true }, rows: { state: true }, letters: { state: true }, opened: { state: true }, fault: { state: true }, minutes: { state: true }, results: { state: true }, readAt: { state: true }, resolved: { state: true } };

  constructor() {
    super();
    this.minutes = 60;
    this.rows = [];
    this.letters = null;
    this.most = LETTERS;
    this.opened = new Map();
    this.results = new Map();
    this.resolved = false;
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.stop = every(5000, () => this.load());
    this.stopHistory = every(30000, () => this.loadHistory());
    this.clock = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    this.stop();
    this.stopHistory();
    clearInterval(this.clock);
    super.disconnectedCallback();
  }

  updated() {
    if (this.at?.rest[0] === 'dead' && this.health && !this.shown) { this.shown = true; this.querySelector('#dead')?.scrollIntoView(); }
  }

  async load() {
    try {
      this.health = await get('/health');
    } catch (fault) {
      if (fault.body?.database) this.health = fault.body;         // 503: the database is down, and the answer says so
      else if (fault.code === 'database-down') this.health = { status: 'down', mode: this.health?.mode, database: { status: 'down' } };      // nor can the session be looked up
      else { this.fault = fault; return; }
    }
    this.fault = null;
    this.readAt = Date.now();
    if (this.health.status === 'down') return;
    const [ingest, letters] = await Promise.allSettled([get('/ingest'), this.deadLetters(this.most)]);
    if (ingest.value) this.ingest = ingest.value;
    if (letters.value) this.letters = letters.value;
  }

  async deadLetters(most) {
    const resolved = this.resolved, data = [];
    let next = null;
    do {
      const page = await get('/dead-letters' + query({ resolved: String(resolved), limit: LETTERS, cursor: next }));
      data.push(...page.data);
      next = page.next;
    } while (next && data.length < most);
    return { data, next };
  }

  async loadHistory() {
    const asked = this.minutes;
    try {
      const { data } = await get('/health/history' + query({ minutes: asked }));
      if (asked === this.minutes) this.rows = data;
    } catch { /* the charts stay as they are */ }
  }

  async inspect(letter) {
    const opened = new Map(this.opened);
    if (opened.delete(letter.id)) { this.opened = opened; return; }
    opened.set(letter.id, null);
    this.opened = opened;
    try {
      const whole = await get('/dead-letters/' + letter.id);
      this.opened = new Map(this.opened).set(letter.id, whole);
    } catch (fault) { refused(fault); }
  }

  /** Replays and looks until the log has worked on it. */
  async replay(letter) {
    const say = what => { this.results = new Map(this.results).set(letter.id, what); };
    say('running');
    try {
      await post(`/dead-letters/${letter.id}/replay`);
      const before = letter.reason;
      for (let tries = 0; tries < 20; tries++) {
        await new Promise(done => setTimeout(done, 400));
        const { log } = await get('/health');           // before the letter: when nothing waits, what it says is how it ended
        const now = await get('/dead-letters/' + letter.id);
        if (now.resolvedAt) { say('resolved'); toast(t('dead.resolvedToast', { id: letter.id })); break; }
        if (tries > 1 && !log?.pending) { say(now.reason === before ? 'again' : 'other'); break; }
        if (tries === 19) say('waits');
      }
    } catch (fault) {
      if (fault.code === 'already-resolved') say('resolved'); else { say(null); refused(fault); }
    }
    this.keep = { ...(this.keep ?? {}), [letter.id]: letter };
    this.load();
  }

  async replayAll() {
    try {
      for (const letter of (await this.deadLetters(Infinity)).data) await this.replay(letter);
    } catch (fault) { refused(fault); }
  }

  async report() { copy(JSON.stringify({ health: this.health, ingest: this.ingest }, null, 2)); }

  condition(c) {
    const [kind, name] = STATES[c.state] ?? STATES.attention;
    const lost = this.health.media?.failedTicketId;
    const link = c.part === 'media' ? lost && `inbox/${lost}` : MENDS[c.part];
    return html`<li class="comp comp-${kind}"><span class="comp-s"><span class="cond cond-${kind}">${icon(name)}${t('cond.' + c.state)}</span></span>
      <div class="comp-b"><b>${t('part.' + c.part)}</b><p>${local(c.text)}</p>${c.state !== 'ok' && c.mend ? html`<p class="mend-l">${icon('wrench', 'i-sm')} ${said(c.mend)}</p>` : nothing}</div>
      <div class="comp-a">${c.state !== 'ok' && link ? html`<a class="btn" href="#/${link}" @click=${() => { this.shown = false; this.updated(); }}>${t('mend.' + c.part)}</a>` : nothing}</div></li>`;
  }

  verdict(conditions) {
    const worst = WORST.find(state => conditions.some(c => c.state === state)) ?? 'ok';
    const bad = conditions.filter(c => c.state !== 'ok');
    const [, name] = STATES[worst];
    const look = worst === 'ok' ? 'verdict-ok' : ['down', 'misconfigured'].includes(worst) ? 'verdict-bad' : '';
    return html`<section class="verdict ${look}" aria-labelledby="verdict-t"><span class="verdict-i">${icon(name)}</span><div><h2 id="verdict-t">${t('verdict.' + worst)}</h2>
      <p>${bad.length ? t('verdict.parts', { n: bad.length, parts: bad.map(c => t('part.' + c.part)).join(', ') }) : t('verdict.fine')}</p></div></section>`;
  }

  tile(state, label, value, unit, sub) {
    return html`<li class="tile tile-${state}"><p class="tile-l">${label}${state === 'bad' ? icon('warn', 'bad') : state === 'warn' ? icon('gauge', 'warn') : nothing}</p><p class="tile-v">${value}${unit ? html`<small> ${unit}</small>` : nothing}</p><p class="tile-s">${sub}</p></li>`;
  }

  tiles(h) {
    const last = this.rows.at(-1);
    return html`<ul class="tiles" aria-label=${t('tile.label')}>
      ${this.tile('ok', t('tile.in'), number(last?.received), t('tile.perMinute'), h.webhook.lastEventAt ? t('tile.lastEvent', { ago: ago(h.webhook.lastEventAt) }) : t('tile.neverEvent'))}
      ${this.tile('ok', t('tile.out'), number(last?.sent), t('tile.perMinute'), t('tile.failed', { n: number(last?.failed) }))}
      ${this.tile(h.log.oldestSeconds > 10 ? 'warn' : 'ok', t('tile.lag'), number(h.log.oldestSeconds), t('tile.s'), t('tile.behind', { n: number(h.log.pending) }))}
      ${this.tile(h.outbox.oldestSeconds > 30 ? 'warn' : 'ok', t('tile.outbox'), number(h.outbox.waiting), '', h.outbox.waiting ? t('tile.oldest', { time: duration(h.outbox.oldestSeconds) }) : h.outbox.otherMode ? t('tile.otherMode', { n: number(h.outbox.otherMode) }) : t('tile.none'))}
      ${this.tile(h.media.failed ? 'warn' : 'ok', t('tile.media'), number(h.media.pending), '', t('tile.failed', { n: number(h.media.failed) }))}
      ${this.tile(h.unknownSends ? 'bad' : 'ok', t('tile.unknown'), number(h.unknownSends), '', h.unknownSends ? html`<a href="#/inbox" @click=${() => sessionStorage.setItem('view', 'failed')}>${t('tile.decide')}</a>` : t('tile.none'))}
      ${this.tile(h.deadLetters ? 'bad' : 'ok', t('tile.dead'), number(h.deadLetters), '', h.deadLetters ? html`<a href="#/health/dead" @click=${() => { this.shown = false; this.updated(); }}>${t('tile.look')}</a>` : t('tile.none'))}</ul>`;
  }

  ledger(name, all, parts) {
    const sum = parts.reduce((total, [, n]) => total + n, 0);
    return html`<div class="ledger"><h3>${name} ${all === sum ? chip('ok', t('ledger.balances'), 'check') : chip('danger', t('ledger.off', { n: number(Math.abs(all - sum)) }), 'warn')}</h3>
      <p class="eq"><span class="t t-l"><b>${number(all)}</b><small>${t('ledger.received')}</small></span>${parts.map(([key, n], i) => html`<i aria-hidden="true">${i ? '+' : '='}</i><span class="t ${key === 'dead' && n ? 't-bad' : ''}"><b>${number(n)}</b><small>${t('ledger.' + key)}</small></span>`)}</p></div>`;
  }

  ledgers({ events, items, replays }) {
    return html`<section class="pane" aria-labelledby="led-t">${paneHead('led-t', t('ledger.title'), t('ledger.sub', { n: number(replays.appended) }))}
      <div class="ledgers">${this.ledger(t('ledger.events'), events.received, ['done', 'pending', 'dead'].map(key => [key, events[key]]))}${this.ledger(t('ledger.items'), items.received, ['stored', 'duplicate', 'unsupported', 'dead'].map(key => [key, items[key]]))}</div></section>`;
  }

  webhook(h) {
    const w = h.webhook;
    return html`<section class="pane" aria-labelledby="wh-t">${paneHead('wh-t', t('page.webhook'), t('hook.state.' + w.state, { at: w.lastEventAt ? fullTime(w.lastEventAt) : '' }), html`<a class="btn" href="#/webhook">${t('hook.open')}</a>`)}
      <dl class="facts"><div><dt>${t('hook.lastEvent')}</dt><dd>${w.lastEventAt ? time(w.lastEventAt) : t('hook.never')}</dd></div><div><dt>${t('hook.lastHandshake')}</dt><dd>${w.lastHandshakeAt ? time(w.lastHandshakeAt) : t('hook.never')}</dd></div>
      <div><dt>${t('hook.lastRefused')}</dt><dd>${w.lastRefusedAt ? html`${time(w.lastRefusedAt)} – ${said(w.lastRefusedReason)} (${t('hook.refusedAll', { n: number(w.refused) })})` : t('hook.never')}</dd></div></dl></section>`;
  }

  number(h) {
    const n = h.number;
    return html`<section class="pane" aria-labelledby="num-t">${paneHead('num-t', t('part.number'), n ? t('num.asked', { ago: ago(n.checkedAt) }) : t('num.notAsked'), html`<a class="btn" href="#/profile">${t('num.open')}</a>`)}
      ${n ? html`<dl class="facts"><div><dt>${t('num.status')}</dt><dd><code>${n.status ?? '–'}</code></dd></div><div><dt>${t('num.quality')}</dt><dd><code>${n.qualityRating ?? '–'}</code></dd></div><div><dt>${t('num.send')}</dt><dd><code>${n.canSendMessage ?? '–'}</code>${n.fault ? html` <span class="bad-t">${said(n.fault)}</span>` : nothing}</dd></div></dl>` : nothing}</section>`;
  }

  letterRows(letter) {
    const whole = this.opened.get(letter.id);
    const open = this.opened.has(letter.id);
    const result = this.results.get(letter.id);
    const done = letter.resolvedAt || result === 'resolved';
    return html`<tr class=${open ? 'tr-open' : ''}><td data-h=${t('dead.when')}>${time(letter.createdAt)}</td><td data-h=${t('dead.kind')}>${t('dead.part.' + letter.part)}</td><td data-h=${t('dead.reason')}><span class="wrap">${said(letter.reason)}</span></td><td data-h=${t('dead.route')}><code>${letter.route}</code></td>
      <td data-h=${t('dead.state')}>${done ? chip('ok', t('dead.resolved'), 'check') : result === 'running' ? html`<span role="status">${chip('accent', t('dead.running'))}</span>` : result === 'again' || result === 'other' ? html`<span role="status">${chip('danger', t('dead.' + result), 'x')}</span>` : result === 'waits' ? chip('warn', t('dead.waits'), 'clock') : letter.replayedAt ? html`${chip('danger', t('dead.again'))} <span class="ev">${time(letter.replayedAt)}</span>` : chip('', t('dead.open'))}</td>
      <td class="td-a"><span class="row-a"><button class="btn" type="button" aria-expanded=${open} aria-controls="dl-${letter.id}" aria-label=${t('dead.inspectOf', { id: letter.id })} @click=${() => this.inspect(letter)}>${t('dead.inspect')}</button>${done || !isAdmin(this.session) ? nothing : html`<button class="btn" type="button" aria-label=${t('dead.replayOf', { id: letter.id })} ?disabled=${result === 'running'} @click=${() => this.replay(letter)}>${icon('retry')}${t('dead.replay')}</button>`}</span></td></tr>
      ${open ? html`<tr class="tr-detail" id="dl-${letter.id}"><td colspan="6">${whole ? this.detail(whole) : html`<p class="muted sm">${t('app.loading')}</p>`}</td></tr>` : nothing}`;
  }

  detail(letter) {
    let raw = letter.raw;
    try { raw = JSON.stringify(JSON.parse(letter.raw), null, 2); } catch { /* shown as it came */ }
    return html`<div class="dl"><dl class="facts"><div><dt>${t('dead.item')}</dt><dd><code>${letter.itemPath || t('dead.whole')}</code></dd></div><div><dt>${t('dead.position')}</dt><dd>${letter.logPosition}</dd></div><div><dt>${t('dead.route')}</dt><dd><code>${letter.route}</code></dd></div>
      <div><dt>${t('dead.fault')}</dt><dd>${said(letter.reason)}</dd></div><div><dt>${t('dead.replayed')}</dt><dd>${letter.replayedAt ? html`${time(letter.replayedAt)} ${seconds(letter.replayedAt)}` : t('hook.never')}</dd></div><div><dt>${t('dead.mend')}</dt><dd>${t('dead.mendText')}</dd></div></dl>
      <div><div class="code-h">${t('dead.raw')}<button class="btn small" type="button" @click=${() => copy(letter.raw)}>${icon('copy', 'i-sm')}${t('act.copy')}</button></div><pre class="code dl-raw" tabindex="0" role="region" aria-label=${t('dead.raw')}><code>${this.marked(raw, letter.itemPath)}</code></pre></div></div>`;
  }

  // The item's part of the body is marked where it can be found by its text.
  marked(raw, path) {
    try {
      const item = path.split(/[.[\]]+/).filter(Boolean).reduce((at, key) => at[key], JSON.parse(raw));
      const lines = JSON.stringify(item, null, 2).split('\n').map(line => line.trim());
      const all = raw.split('\n');
      const start = all.findIndex((_, i) => lines.every((line, k) => all[i + k]?.trim().replace(/^"[^"]*": (?=[{[])/, k === 0 ? '' : '$&').replace(/,$/, '') === line.replace(/,$/, '')));
      if (!path || start < 0) return raw;
      return html`${all.slice(0, start).join('\n')}\n<mark>${all.slice(start, start + lines.length).join('\n')}</mark>\n${all.slice(start + lines.length).join('\n')}`;
    } catch { return raw; }
  }

  dead() {
    const listed = this.letters?.data ?? [];
    const gone = Object.values(this.keep ?? {}).filter(letter => !this.resolved && this.results.get(letter.id) === 'resolved' && !listed.some(l => l.id === letter.id));
    const rows = [...listed, ...gone];
    return html`<section class="pane" id="dead" aria-labelledby="dead-t">${paneHead('dead-t', t('dead.title'), t('dead.sub'), html`<span class="row-a"><span class="seg" role="radiogroup" aria-label=${t('dead.show')}>${[false, true].map(value => html`<label><input type="radio" name="resolved" .checked=${this.resolved === value} @change=${() => { this.resolved = value; this.most = LETTERS; this.load(); }}>${t(value ? 'dead.resolvedOnes' : 'dead.openOnes')}</label>`)}</span>
      ${!this.resolved && listed.length > 1 && isAdmin(this.session) ? html`<button class="btn" type="button" @click=${() => this.replayAll()}>${icon('retry')}${t('dead.replayAll', { n: number(Math.max(this.health.deadLetters, listed.length)) })}</button>` : nothing}</span>`)}
      ${rows.length ? html`<div class="sideways" tabindex="0" role="group" aria-label=${t('dead.title')}><table class="tbl tbl-stack deads"><thead><tr>${['when', 'kind', 'reason', 'route', 'state'].map(key => html`<th scope="col">${t('dead.' + key)}</th>`)}<th scope="col"><span class="sr">${t('dead.actions')}</span></th></tr></thead><tbody>${rows.map(letter => this.letterRows(letter))}</tbody></table></div>
        ${this.letters?.next ? html`<p class="pane-f"><button class="link" type="button" @click=${() => { this.most = listed.length + LETTERS; this.load(); }}>${t('dead.more')}</button></p>` : nothing}`
      : html`<p class="pane-f muted">${t(this.resolved ? 'dead.noneResolved' : 'dead.none')}</p>`}</section>`;
  }

  body() {
    const h = this.health;
    if (!h) return waitOrFault(this.fault, () => this.load());
    const conditions = h.conditions ?? [{ part: 'database', state: h.database.status === 'up' ? 'ok' : 'down', text: t('health.noDatabase'), mend: null }];
    const bad = conditions.filter(c => c.state !== 'ok').sort((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state));
    const good = conditions.filter(c => c.state === 'ok');
    const down = h.status === 'down';
    return html`${this.verdict(conditions)}
      <section class="pane" aria-labelledby="parts-t">${paneHead('parts-t', t('health.parts'), down ? t('health.blind') : bad.length ? t('health.attention', { n: bad.length, all: conditions.length }) : t('health.allOk', { all: conditions.length }))}
        <ul class="comps">${bad.map(c => this.condition(c))}</ul>
        ${good.length ? html`<details class="more comps-ok" ?open=${!bad.length}><summary>${t('health.ok', { n: good.length, parts: good.map(c => t('part.' + c.part)).join(', ') })}</summary><ul class="comps">${good.map(c => this.condition(c))}</ul></details>` : nothing}</section>
      ${down ? nothing : html`${this.tiles(h)}
      <div class="grid2">${chart({ id: 'c-flow', title: t('chart.flow'), rows: this.rows, series: [{ name: t('chart.in'), of: row => row.received, line: 'a' }, { name: t('chart.out'), of: row => row.sent, line: 'b' }] })}
        ${chart({ id: 'c-lag', title: t('chart.lag'), rows: this.rows, series: [{ name: t('chart.lagName'), of: row => row.logLag, line: 'a' }] })}
        ${chart({ id: 'c-out', title: t('chart.outbox'), rows: this.rows, series: [{ name: t('chart.oldest'), of: row => row.outboxAge, line: 'a' }, { name: t('chart.failed'), of: row => row.failed, line: 'b' }] })}
        ${chart({ id: 'c-media', title: t('chart.media'), rows: this.rows, series: [{ name: t('chart.waiting'), of: row => row.mediaPending, line: 'a' }] })}</div>
      ${this.ingest ? this.ledgers(this.ingest) : nothing}
      <div class="grid2">${this.webhook(h)}${this.number(h)}</div>
      ${this.dead()}`}`;
  }

  render() {
    const h = this.health;
    return frame('health', this.rail, html`${head(t('page.health'), h ? html`${t('health.mode.' + (h.mode ?? 'mock'))} <span class="live">${t('health.read', { n: Math.max(0, Math.round((Date.now() - (this.readAt ?? Date.now())) / 1000)) })}</span>` : t('app.loading'),
      html`<span class="seg" role="radiogroup" aria-label=${t('health.period')}>${PERIODS.map(minutes => html`<label><input type="radio" name="period" .checked=${this.minutes === minutes} @change=${() => { this.minutes = minutes; this.loadHistory(); }}>${t('health.period.' + minutes)}</label>`)}</span><button class="btn" type="button" @click=${() => this.report()}>${icon('copy')}${t('health.report')}</button>`)}
      ${this.fault && h ? html`<p class="say say-bad" role="alert">${icon('warn')}<span>${t('health.stale')}</span></p>` : nothing}${this.body()}`);
  }
}

customElements.define('hd-health', HdHealth);
