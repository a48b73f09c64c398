import { LitElement, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { bus, call, get, query } from './api.js';
import { has, said, t, whose } from './i18n.js';
import { icon } from './marks.js';
import { soon, toast } from './shell.js';
import { ask, chip, frame, head, isAdmin, number, paneHead, refused, say, time, waitOrFault } from './admin.js';

const AREAS = ['meta', 'webhook', 'sending', 'tickets', 'media', 'health', 'simulator'];
const FILTERS = { all: () => true, changed: s => s.source !== 'default', locked: s => s.locked, restart: s => s.pending || !s.live };
const SOURCES = { default: null, file: 'file', panel: 'sliders', environment: 'lock' };
const put = (path, body) => call('PUT', '/api/whatsapp' + path, body);

/** What was edited and not saved is there again after a look at another page; who logs in begins anew. */
let kept = null;
bus.addEventListener('logged-in', () => { kept = null; });

/** Every setting with its value, where that comes from and whether it may be changed; the switch of the mode; what was changed. */
class HdSettings extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, mode: {}, settings: { state: true }, fault: { state: true }, edits: { state: true }, errors: { state: true }, filter: { state: true }, find: { state: true }, editing: { state: true }, audit: { state: true }, now: { state: true }, missing: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.discard();
    Object.assign(this, kept);
    this.filter = 'all';
    this.find = '';
  }

  createRenderRoot() { return this; }
  connectedCallback() { super.connectedCallback(); this.load(); }
  updated(changed) { if (changed.get('mode') && this.mode.mode !== this.now?.mode) this.loadMode().catch(refused); }
  disconnectedCallback() {
    kept = { edits: this.edits, errors: this.errors, editing: this.editing };
    super.disconnectedCallback();
  }

  async load() {
    try {
      const [settings] = await Promise.all([get('/settings'), this.loadMode(), this.loadAudit()]);
      this.settings = settings.data;
      this.fault = null;
    } catch (fault) { this.fault = fault; }
  }

  async loadMode() { this.now = await get('/mode'); }

  async loadAudit(cursor) {
    const page = await get('/audit' + query({ limit: 20, cursor }));
    this.audit = { data: cursor ? [...this.audit.data, ...page.data] : page.data, next: page.next };
  }

  name(key) { const text = 'set.' + key.replace(/^whatsapp\./, ''); return has(text) ? t(text) : key.replace(/^whatsapp\./, ''); }

  edit(setting, value) {
    const edits = new Map(this.edits);
    const errors = new Map(this.errors);
    errors.delete(setting.key);
    if (value === undefined || setting.type !== 'secret' && !this.sent?.has(setting.key) && value === (setting.value ?? '')) edits.delete(setting.key); else edits.set(setting.key, value);
    const fault = this.check(setting, edits.get(setting.key));
    if (fault) errors.set(setting.key, fault);
    this.edits = edits;
    this.errors = errors;
  }

  /** What can be said before asking the server. */
  check(setting, value) {
    if (value == null || setting.type !== 'number') return null;
    if (!/^\d+$/.test(value)) return t('set.whole');
    if (setting.minimum != null && +value < setting.minimum || setting.maximum != null && +value > setting.maximum) return t('set.between', { from: number(setting.minimum), to: number(setting.maximum) });
    return null;
  }

  discard() { this.edits = new Map(); this.errors = new Map(); this.editing = new Set(); }

  async save(e) {
    e.preventDefault();
    if (!this.edits.size || this.busy) return;
    if (this.errors.size) { this.querySelector('[aria-invalid="true"]')?.focus(); return; }
    const sent = this.sent = this.edits, opened = this.editing;
    this.busy = true;
    try {
      this.settings = (await put('/settings', { changes: Object.fromEntries(sent) }).finally(() => { this.sent = null; })).data;
      const later = [...sent.keys()].some(key => this.settings.find(s => s.key === key)?.pending);
      toast(t(later ? 'set.savedLater' : 'set.saved'));
      this.saved(sent, opened);
      await Promise.all([this.loadMode(), this.loadAudit()]);
    } catch (fault) {
      const errors = (fault.body?.errors ?? []).filter(error => error.field.startsWith('changes.'));
      if (errors.length) {
        this.errors = new Map(errors.map(error => [error.field.slice(8), error.message]));
        soon(() => this.querySelector('[aria-invalid="true"]')?.focus());
      } else refused(fault);
    }
    this.busy = false;
  }

  /** What was edited while it was saved, also back to what held before, is still to be saved. */
  saved(sent, opened) {
    this.edits = new Map([...this.edits].filter(([key, value]) => value !== sent.get(key)));
    this.errors = new Map([...this.errors].filter(([key]) => this.edits.has(key)));
    this.editing = new Set([...this.editing].filter(key => this.edits.has(key) || !opened.has(key)));
  }

  async changeMode(mode) {
    if (this.busy) return;
    if (mode === 'real' && !await ask({ title: t('mode.askReal'), text: t('mode.askRealMore', { n: number(this.now.waiting.mock) }), act: t('mode.toReal') })) return;
    if (mode === 'mock' && !await ask({ title: t('mode.askMock'), text: t('mode.askMockMore', { n: number(this.now.waiting.real) }), act: t('mode.toMock') })) return;
    this.busy = true;
    this.missing = null;
    try {
      this.now = await put('/mode', { mode });
      toast(t('mode.now.' + this.now.mode));
    } catch (fault) {
      this.missing = fault.body?.missing ?? [fault.message];
    }
    this.busy = false;
    this.loadAudit().catch(() => {});
  }

  // A refusal names the variable; the panel has the setting of it.
  requirement(text, ok = false) {
    const setting = this.settings?.find(s => text.startsWith(s.environment + ' '));
    return html`<li class="req ${ok ? 'req-ok' : 'req-no'}">${icon('x', 'bad')}<span class="req-b"><b>${setting ? this.name(setting.key) : t('mode.needs')}</b><span class="ev">${said(text)}</span>${setting && !setting.locked ? html`<span class="mend-i"><button class="link" type="button" @click=${() => this.show(setting.key)}>${t('mode.setBelow')}</button></span>` : nothing}</span></li>`;
  }

  show(key) {
    this.filter = 'all';
    this.find = '';
    soon(() => { const row = this.querySelector(`[data-key="${key}"]`); row?.scrollIntoView({ block: 'center' }); row?.querySelector('input, select, button')?.focus(); });
  }

  modes() {
    const m = this.now;
    if (!m) return nothing;
    const real = m.mode === 'real';
    const missing = this.missing ?? m.refusals;
    const admin = isAdmin(this.session);
    const facts = html`<dl class="facts facts-s"><div><dt>${t('mode.base')}</dt><dd><code>${m.baseUrl}</code></dd></div><div><dt>${t('mode.source')}</dt><dd>${t('mode.source.' + m.source)}</dd></div><div><dt>${t('mode.waiting')}</dt><dd>${t('mode.waitingHere', { n: number(m.waiting[m.mode]) })}${m.inFlight ? html`, ${t('mode.inFlight', { n: number(m.inFlight) })}` : nothing}</dd></div></dl>`;
    const other = what => m.waiting[what] ? html`<p>${t('mode.waitingThere', { n: number(m.waiting[what]) })}</p>` : nothing;
    return html`<section class="pane" id="mode" aria-labelledby="mode-t">${paneHead('mode-t', t('mode.title'), t('mode.sub'))}
      ${m.atNextStart && m.atNextStart !== m.mode ? html`<p class="say say-warn in">${icon('retry')}<span>${t('mode.nextStart', { mode: t('mode.name.' + m.atNextStart) })}</span></p>` : nothing}
      <div class="mopts"><section class="mopt ${real ? '' : 'mopt-on'}" aria-labelledby="mock-t"><div class="mopt-h"><span><b id="mock-t">${t('mode.name.mock')}</b>${real ? nothing : chip('warn', t('mode.inUse'))}</span></div><p>${t('mode.mockIs')}</p>
        ${real ? html`${other('mock')}${admin ? html`<div class="row-a"><button class="btn" type="button" ?disabled=${this.busy} @click=${() => this.changeMode('mock')}>${t('mode.switchMock')}</button></div>` : nothing}` : facts}</section>
      <section class="mopt ${real ? 'mopt-on' : missing.length ? 'mopt-no' : ''}" aria-labelledby="real-t"><div class="mopt-h"><span><b id="real-t">${t('mode.name.real')}</b>${real ? chip('ok', t('mode.inUse'), 'check') : missing.length ? chip('danger', t('mode.missing', { n: missing.length })) : chip('ok', t('mode.ready'), 'check')}</span></div>
        <p id="real-why">${real ? t('mode.realIs') : missing.length ? t('mode.refusedUntil') : t('mode.allThere')}</p>
        ${missing.length && !real ? html`<ul class="reqs" aria-live="polite">${missing.map(text => this.requirement(text))}</ul>` : nothing}
        ${real ? facts : html`${other('real')}<div class="row-a">${admin ? html`<button class="btn" type="button" aria-disabled=${missing.length ? 'true' : nothing} aria-describedby="real-why" ?disabled=${this.busy} @click=${() => missing.length ? this.tryReal() : this.changeMode('real')}>${t('mode.switchReal')}</button>` : nothing}<a class="btn quiet" href="#/setup">${t('mode.openSetup')}</a></div>`}</section></div></section>`;
  }

  // It cannot go through as things are: looks again, in case that somebody has mended it, and says what is missing.
  async tryReal() {
    this.missing = null;
    await this.loadMode().catch(refused);
    if (this.now.refusals.length) toast(t('mode.stillMissing', { n: this.now.refusals.length }), { bad: true }); else this.changeMode('real');
  }

  control(s, id) {
    const edited = this.edits.get(s.key);
    const value = edited === undefined ? s.value ?? '' : edited ?? s.default ?? '';
    const off = s.locked || !isAdmin(this.session);
    const bad = this.errors.has(s.key) ? 'true' : nothing;
    const by = `${id}-h ${id}-e`;
    if (s.type === 'secret') return this.secret(s, id, off, bad);
    if (s.type === 'choice') return html`<select class="input" id=${id} ?disabled=${off} aria-describedby=${by} aria-invalid=${bad} @change=${e => this.edit(s, e.target.value)}>${s.choices.map(choice => html`<option value=${choice} .selected=${live(choice === value)}>${choice}</option>`)}</select>`;
    if (s.type === 'boolean') return html`<label class="switch"><input type="checkbox" role="switch" id=${id} ?disabled=${off} .checked=${value === 'true'} @change=${e => this.edit(s, String(e.target.checked))}><span>${t(value === 'true' ? 'set.on' : 'set.off')}</span></label>`;
    const unit = 'unit.' + s.key.replace(/^whatsapp\./, '');
    if (s.type === 'number') return html`<span class="unit"><input class="input in-num" id=${id} inputmode="numeric" ?disabled=${off} aria-describedby=${by} aria-invalid=${bad} .value=${value} @input=${e => this.edit(s, e.target.value.trim())}>${has(unit) ? html`<span>${t(unit)}</span>` : nothing}</span>`;
    return html`<input class="input mono" id=${id} type="text" spellcheck="false" autocomplete="off" ?disabled=${off} aria-describedby=${by} aria-invalid=${bad} .value=${value} @input=${e => this.edit(s, e.target.value.trim())}>`;
  }

  secret(s, id, off, bad) {
    const shown = s.set ? html`<span class="sec-v"><span aria-hidden="true">••••••••</span>${s.last4 ? html`<span class="sr">${t('set.endsIn')} </span><b>${s.last4}</b>` : html`<span class="sr">${t('set.isSet')}</span>`}</span>` : html`<span class="sec-v sec-none ${this.needed(s) ? 'sec-need' : ''}">${t('set.notSet')}</span>`;
    const editing = this.editing.has(s.key);
    return html`<span class="sec">${shown}${off ? html`<span class="sec-w">${s.locked ? t('set.readAtStart') : nothing}</span>` : editing ? nothing : html`<button class="btn" id=${id} type="button" aria-label=${t(s.set ? 'set.replaceOf' : 'set.setOf', { name: this.name(s.key) })} @click=${() => { this.editing = new Set(this.editing).add(s.key); soon(() => this.querySelector('#' + CSS.escape(id))?.focus()); }}>${t(s.set ? 'set.replace' : 'set.set')}</button>`}
      ${editing ? html`<input class="input mono" id=${id} type="password" autocomplete="new-password" spellcheck="false" aria-label=${t('set.newOf', { name: this.name(s.key) })} aria-describedby="${id}-h ${id}-e" aria-invalid=${bad} .value=${this.edits.get(s.key) ?? ''} @input=${e => this.edit(s, e.target.value.trim() || undefined)}><button class="btn quiet" type="button" @click=${() => { const editing = new Set(this.editing); editing.delete(s.key); this.editing = editing; this.edit(s, undefined); }}>${t('set.keep')}</button>` : nothing}</span>`;
  }

  needed(s) { return this.now?.refusals.some(text => text.startsWith(s.environment + ' ')); }

  row(s) {
    const id = 's-' + s.key.replace(/\W/g, '-');
    const edited = this.edits.has(s.key);
    const error = this.errors.get(s.key);
    const source = SOURCES[s.source];
    const missing = this.needed(s);
    return html`<div class="set ${edited ? 'set-edit' : ''} ${s.locked ? 'set-lock' : ''}" data-key=${s.key}>
      <div class="set-l">${s.type === 'secret' && (s.locked || !isAdmin(this.session)) ? html`<b>${this.name(s.key)}</b>` : html`<label for=${id}>${this.name(s.key)}</label>`}<code class="key">${s.key}</code></div>
      <div class="set-c">${this.control(s, id)}<p class="hint" id="${id}-h">${said(s.help)}</p><div id="${id}-e" aria-live="polite">
        ${error ? say('bad', error) : edited ? html`<p class="say say-edit">${icon('compose')}<span>${s.type === 'secret' ? t('set.editedSecret') : t('set.edited', { was: s.value || t('set.empty') })}</span></p>` : nothing}
        ${s.warning ? say('warn', said(s.warning)) : missing && this.now.mode === 'mock' ? say('warn', t('set.missingReal')) : nothing}${s.pending ? html`<p class="say say-warn">${icon('retry')}<span>${t('set.pending')}</span></p>` : nothing}</div></div>
      <div class="set-s"><span class="src src-${s.source === 'environment' ? 'env' : s.source}">${source ? icon(source) : nothing}${t('source.' + s.source)}</span>
        ${s.locked ? html`<code>${s.environment.split('_').map((part, i) => i ? html`_<wbr>${part}` : part)}</code>` : s.updatedBy ? html`<span>${t('set.by', { name: whose(s.updatedBy) })} ${time(s.updatedAt)}</span>` : nothing}${s.live ? nothing : html`<span>${t('set.restart')}</span>`}
        ${s.source === 'panel' && !s.locked && isAdmin(this.session) && this.edits.get(s.key) !== null ? html`<button class="link" type="button" @click=${() => this.edit(s, null)}>${s.type === 'secret' || !s.default ? t('set.back') : t('set.backTo', { value: s.default })}</button>` : nothing}</div></div>`;
  }

  detail(entry) {
    const d = entry.detail ?? {};
    const value = v => v === null || v === undefined || v === '' ? t('set.empty') : typeof v === 'object' ? JSON.stringify(v) : String(v);
    if ('from' in d || 'to' in d) return html`<del>${value(d.from)}</del> <span aria-hidden="true">→</span><span class="sr">${t('set.to')}</span> <ins>${value(d.to)}</ins>`;
    return Object.entries(d).filter(([key]) => key !== 'key').map(([key, v]) => html`<span class="ev">${key} <code>${value(v)}</code> </span>`);
  }

  history() {
    const a = this.audit;
    if (!a) return nothing;
    return html`<section class="pane" id="history" aria-labelledby="hist-t">${paneHead('hist-t', t('set.history'), t('set.historySub'))}
      ${a.data.length ? html`<div class="sideways" tabindex="0" role="group" aria-label=${t('set.history')}><table class="tbl tbl-stack"><thead><tr>${['when', 'who', 'what', 'change'].map(key => html`<th scope="col">${t('audit.' + key)}</th>`)}</tr></thead><tbody>
        ${a.data.map(entry => html`<tr><td data-h=${t('audit.when')}>${time(entry.at)}</td><td data-h=${t('audit.who')}><bdi>${whose(entry.actor)}</bdi></td><td data-h=${t('audit.what')}>${has('audit.' + entry.action) ? t('audit.' + entry.action) : entry.action}${entry.detail?.key ? html` <code>${entry.detail.key}</code>` : nothing}</td><td data-h=${t('audit.change')}>${this.detail(entry)}</td></tr>`)}</tbody></table></div>
      ${a.next ? html`<p class="pane-f"><button class="link" type="button" @click=${() => this.loadAudit(a.next).catch(refused)}>${t('set.older')}</button></p>` : nothing}` : html`<p class="pane-f muted">${t('set.noHistory')}</p>`}</section>`;
  }

  saveBar() {
    const n = this.edits.size, bad = this.errors.size;
    if (!n) return nothing;
    return html`<div class="savebar" role="region" aria-label=${t('set.unsaved')}><span class="savebar-t" role="status"><b>${t('set.edits', { n })}</b> ${bad ? html`<span class="bad-t">${t('set.toMend', { n: bad, names: [...this.errors.keys()].map(key => this.name(key)).join(', ') })}</span>` : nothing}</span>
      <span class="row-a"><button class="btn" type="button" @click=${() => this.discard()}>${t('act.discard')}</button><button class="btn primary" type="submit" aria-disabled=${bad ? 'true' : nothing} ?disabled=${this.busy}>${t('set.save', { n })}</button></span></div>`;
  }

  go(e, id) { e.preventDefault(); this.querySelector('#' + id)?.scrollIntoView(); }

  render() {
    const all = this.settings;
    if (!all) return frame('settings', this.rail, html`${head(t('page.settings'), t('set.sub'))}${waitOrFault(this.fault, () => this.load())}`);
    const wanted = this.find.toLowerCase();
    const whole = !wanted && this.filter === 'all';
    const shown = all.filter(FILTERS[this.filter]).filter(s => !wanted || `${s.key} ${this.name(s.key)} ${said(s.help)}`.toLowerCase().includes(wanted));
    const areas = AREAS.map(area => [area, shown.filter(s => s.area === area)]).filter(([, settings]) => settings.length);
    return frame('settings', this.rail, html`${head(t('page.settings'), t('set.subOf', { n: all.length }), html`<span class="searchbox find"><label class="sr" for="find">${t('set.find')}</label>${icon('search')}<input class="input" id="find" type="search" placeholder=${t('set.findHint')} .value=${this.find} @input=${e => { this.find = e.target.value; }}></span>`)}
      <div class="filters" role="group" aria-label=${t('set.show')}>${Object.entries(FILTERS).map(([name, test]) => html`<button class="filter" type="button" aria-pressed=${this.filter === name} @click=${() => { this.filter = name; }}>${t('set.filter.' + name)} <b>${all.filter(test).length}</b></button>`)}</div>
      <div class="with-toc"><nav class="toc" aria-label=${t('set.sections')}><ul>${whole ? html`<li><a href="#/settings" @click=${e => this.go(e, 'mode')}>${t('mode.title')}${this.now?.mode === 'mock' && this.now.refusals.length ? chip('danger', t('mode.missing', { n: this.now.refusals.length })) : nothing}</a></li>` : nothing}
        ${areas.map(([area, settings]) => html`<li><a href="#/settings" @click=${e => this.go(e, 'area-' + area)}>${t('area.' + area)}${settings.some(s => this.edits.has(s.key)) ? chip('accent', t('set.edited.n', { n: settings.filter(s => this.edits.has(s.key)).length })) : nothing}</a></li>`)}${whole ? html`<li><a href="#/settings" @click=${e => this.go(e, 'history')}>${t('set.history')}</a></li>` : nothing}</ul></nav>
      <form class="stack" novalidate @submit=${this.save}>${whole ? this.modes() : nothing}
        ${areas.map(([area, settings]) => html`<section class="pane sets" id="area-${area}" aria-labelledby="t-${area}">${paneHead('t-' + area, t('area.' + area), t('area.' + area + '.sub'))}${settings.map(s => this.row(s))}</section>`)}
        ${areas.length ? nothing : html`<section class="pane"><div class="empty"><p>${t('set.nothing')}</p></div></section>`}
        ${whole ? this.history() : nothing}${this.saveBar()}</form></div>`);
  }
}

customElements.define('hd-settings', HdSettings);
