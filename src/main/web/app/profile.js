import { LitElement, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { Problem, bus, get, patch, query } from './api.js';
import { has, said, t, whose } from './i18n.js';
import { icon } from './marks.js';
import { phone } from './format.js';
import { soon, toast } from './shell.js';
import { ago, chip, frame, head, isAdmin, number, paneHead, refused, say, time, waitOrFault } from './admin.js';

const LIMITS = { about: 139, address: 256, description: 512, email: 128, website1: 256, website2: 256 };
const VERTICALS = ['OTHER', 'ALCOHOL', 'APPAREL', 'AUTO', 'BEAUTY', 'EDU', 'ENTERTAIN', 'EVENT_PLAN', 'FINANCE', 'GOVT', 'GROCERY', 'HEALTH', 'HOTEL', 'NONPROFIT', 'ONLINE_GAMBLING', 'OTC_DRUGS', 'PHYSICAL_GAMBLING', 'PROF_SERVICES', 'RESTAURANT', 'RETAIL', 'TRAVEL'];
const FIELDS = ['about', 'description', 'vertical', 'email', 'address', 'website1', 'website2'];
const SAFE = 256;
const PICTURE = 5 * 1024 * 1024;
const LEAST = 192;

const flat = p => ({ about: p.about ?? '', description: p.description ?? '', vertical: p.vertical ?? '', email: p.email ?? '', address: p.address ?? '', website1: p.websites[0] ?? '', website2: p.websites[1] ?? '' });

/** Words of two texts that are alike at their ends are left alone: what is between is what has changed. */
export function difference(from, to) {
  const a = from.split(/(\s+)/), b = to.split(/(\s+)/);
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const cut = words => [words.slice(0, start).join(''), words.slice(start, words.length - end).join(''), words.slice(words.length - end).join('')];
  return [cut(a), cut(b)];
}

/** Meta's name of a tier, as how many it is. */
const limit = tier => {
  const [, n, thousands] = /^TIER_(\d+)(K?)$/.exec(tier ?? '') ?? [];
  return n ? number(Number(n) * (thousands ? 1000 : 1)) : tier === 'TIER_UNLIMITED' ? t('num.noLimit') : tier ?? '–';
};
/** What was edited and not published is there again after a look at another page; who logs in begins anew. */
let kept = {};
bus.addEventListener('logged-in', () => { kept = {}; });

/** What customers see of the business: edited here beside a phone, published by a person, with every change kept. */
class HdProfile extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, profile: { state: true }, draft: { state: true }, history: { state: true }, number: { state: true }, fault: { state: true }, busy: { state: true }, errors: { state: true }, atMeta: { state: true }, picture: { state: true }, pictureFault: { state: true }, version: { state: true }, open: { state: true } };

  constructor() {
    super();
    this.errors = kept.errors ?? {};
    this.picture = kept.picture ?? null;
    this.version = 0;
    this.open = new Set();
  }

  createRenderRoot() { return this; }
  connectedCallback() { super.connectedCallback(); this.load(); }
  disconnectedCallback() {
    if (this.profile) kept = { edits: this.edits(), errors: this.errors, picture: this.picture };
    super.disconnectedCallback();
  }

  async load() {
    try {
      const profile = await get('/profile');
      const edits = this.profile ? this.edits() : kept.edits;
      this.profile = profile;
      this.draft = { ...flat(profile), ...edits };
      this.fault = null;
    } catch (fault) { this.fault = fault; }
    get('/number').then(number => { this.number = number; this.numberFault = null; this.requestUpdate(); }, fault => { this.numberFault = fault; this.requestUpdate(); });
    this.loadHistory();
  }

  async loadHistory(cursor) {
    try {
      const page = await get('/profile/history' + query({ limit: 10, cursor }));
      this.history = { data: cursor ? [...this.history.data, ...page.data] : page.data, next: page.next };
    } catch { /* said by the profile itself */ }
  }

  changes() {
    const now = flat(this.profile);
    return FIELDS.filter(field => now[field] !== this.draft[field]).map(field => [field, now[field], this.draft[field]]);
  }

  edits() { return Object.fromEntries(this.changes().map(([field, , to]) => [field, to])); }

  check(field, value) {
    if (LIMITS[field] && [...value].length > LIMITS[field]) return t('pro.tooLong', { n: LIMITS[field] });
    if (field === 'about' && !value.trim() && this.profile.about) return t('pro.aboutEmpty');
    if (field === 'email' && value && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value)) return t('pro.emailBad');
    if (field.startsWith('website') && value && !/^https?:\/\/[^\s/?#]+\S*$/.test(value)) return t('pro.websiteBad');
    return null;
  }

  edit(field, value) {
    this.draft = { ...this.draft, [field]: value };
    const { [field]: gone, ...errors } = this.errors;
    const fault = this.check(field, value);
    this.errors = fault ? { ...errors, [field]: fault } : errors;
  }

  discard() { this.draft = flat(this.profile); this.errors = {}; this.dropPicture(); }

  dropPicture() { if (this.picture) URL.revokeObjectURL(this.picture.url); this.picture = null; this.pictureFault = null; }

  async choose(e) {
    const file = e.target.files[0];
    e.target.value = '';
    if (!file) return;
    this.dropPicture();
    if (!['image/jpeg', 'image/png'].includes(file.type)) { this.pictureFault = t('pro.picType'); return; }
    if (file.size > PICTURE) { this.pictureFault = t('pro.picSize'); return; }
    const url = URL.createObjectURL(file);
    const image = new Image();
    image.src = url;
    try { await image.decode(); } catch { URL.revokeObjectURL(url); this.pictureFault = t('pro.picType'); return; }
    if (image.naturalWidth < LEAST || image.naturalHeight < LEAST) { URL.revokeObjectURL(url); this.pictureFault = t('pro.picSmall', { w: image.naturalWidth, h: image.naturalHeight }); return; }
    this.picture = { file, url };
  }

  async publish() {
    const changes = this.changes(), { draft: sent, picture } = this;
    if (this.busy || !changes.length && !picture) return;
    if (Object.keys(this.errors).length) { this.querySelector('[aria-invalid="true"]')?.focus(); return; }
    this.busy = true;
    try {
      if (changes.length) {
        const body = {};
        for (const [field, , to] of changes) if (!field.startsWith('website')) body[field] = to.trim();
        if (changes.some(([field]) => field.startsWith('website'))) body.websites = [this.draft.website1, this.draft.website2].map(site => site.trim()).filter(Boolean);
        this.profile = await patch('/profile', body);
        const meanwhile = FIELDS.filter(field => this.draft[field] !== sent[field]).map(field => [field, this.draft[field]]);
        this.draft = { ...flat(this.profile), ...Object.fromEntries(meanwhile) };
      }
      if (picture && picture === this.picture) await this.publishPicture(picture);
      toast(t('pro.published'));
    } catch (fault) {
      const fields = (fault.body?.errors ?? []).map(error => [error.field.replace(/^websites\[(\d)\]$/, (_, n) => 'website' + (+n + 1)), error.message]);
      if (fields.length) { this.errors = Object.fromEntries(fields); soon(() => this.querySelector('[aria-invalid="true"]')?.focus()); } else refused(fault);
    }
    this.busy = false;
    this.loadHistory();
  }

  async publishPicture(picture) {
    const form = new FormData();
    form.append('file', picture.file, picture.file.name);
    const response = await fetch('/api/whatsapp/profile/picture', { method: 'PUT', headers: { 'Helpdesk-Page': '1' }, body: form });
    const body = await response.json().catch(() => ({}));
    if (!response.ok) {
      const fault = new Problem(response.status, { ...body, errors: undefined });
      if (body.graph?.code) fault.message += ` ${body.graph.code}`;
      this.pictureFault = fault.message;
      throw fault;
    }
    this.profile = body;
    this.version++;
    if (picture === this.picture) this.dropPicture();
  }

  pictureOf(edited, big = false) {
    const size = big ? 'ppic big' : 'ppic';
    if (edited && this.picture) return html`<img class=${size} src=${this.picture.url} alt=${t('pro.newPicture')}>`;
    if (this.profile.hasPicture) return html`<img class=${size} src="/api/whatsapp/profile/picture?v=${this.version}" alt=${t('pro.picture')}>`;
    return html`<span class="${size} none" role="img" aria-label=${t('pro.noPicture')}>${icon('shop')}</span>`;
  }

  vertical(value) { return has('vertical.' + value) ? t('vertical.' + value) : value || t('pro.none'); }

  field(field, { rows, type = 'text', hint } = {}) {
    const id = 'pf-' + field;
    const value = this.draft[field];
    const changed = value !== flat(this.profile)[field];
    const error = this.errors[field];
    const limit = LIMITS[field];
    const off = !isAdmin(this.session);
    const long = field === 'description' && value.length > SAFE;
    const typed = e => this.edit(field, e.target.value);
    return html`<div class="pf ${changed ? 'pf-chg' : ''}"><div class="pf-l"><label for=${id}>${t('pro.' + field)}</label>${changed ? chip('accent', t('pro.changed')) : nothing}<span class="pf-n">${limit ? t('pro.of', { n: [...value].length, most: limit }) : nothing}</span></div>
      ${rows ? html`<textarea class="input" id=${id} rows=${rows} dir="auto" ?disabled=${off} aria-describedby="${id}-e" aria-invalid=${error ? 'true' : nothing} .value=${value} @input=${typed}></textarea>`
        : field === 'vertical' ? html`<select class="input" id=${id} ?disabled=${off} @change=${e => this.edit(field, e.target.value)}>${[...new Set(['', ...VERTICALS, value])].filter(v => v || !this.profile.vertical).map(v => html`<option value=${v} .selected=${live(v === value)}>${this.vertical(v)}</option>`)}</select>`
        : html`<input class="input" id=${id} type=${type} dir="auto" ?disabled=${off} aria-describedby="${id}-e" aria-invalid=${error ? 'true' : nothing} .value=${value} @input=${typed}>`}
      <div id="${id}-e" aria-live="polite">${error ? html`<p class="say say-bad">${icon('x')}<span>${error}${field.startsWith('website') && !/^https?:/.test(value) ? html` <button class="link" type="button" @click=${() => this.edit(field, 'https://' + value.trim())}>${t('pro.addHttps')}</button>` : nothing}</span></p>` : long ? say('warn', t('pro.long')) : hint ? html`<p class="hint">${hint}</p>` : nothing}</div></div>`;
  }

  form() {
    return html`<form class="pane pro-form" aria-labelledby="pf-t" novalidate @submit=${e => { e.preventDefault(); this.publish(); }}>${paneHead('pf-t', t('pro.edit'), t('pro.editSub'))}
      <div class="pfs"><div class="pf pf-pic">${this.pictureOf(true)}<div><p><b>${t('pro.picture')}</b> ${this.picture ? chip('accent', t('pro.changed')) : nothing}</p><p class="hint">${t('pro.picHint')}</p>${this.pictureFault ? html`<p class="say say-bad" role="alert">${icon('x')}<span>${this.pictureFault}</span></p>` : nothing}
        ${isAdmin(this.session) ? html`<p class="row-a"><button class="btn" type="button" @click=${e => e.target.closest('.pf').querySelector('input').click()}>${t('pro.choose')}</button>${this.picture ? html`<button class="btn quiet" type="button" @click=${() => this.dropPicture()}>${t('pro.undo')}</button>` : nothing}</p><input type="file" hidden accept="image/jpeg,image/png" aria-label=${t('pro.picture')} @change=${this.choose}>` : nothing}</div></div>
      ${this.field('about', { hint: t('pro.aboutHint') })}${this.field('description', { rows: 4, hint: t('pro.descriptionHint') })}
      <div class="pf2">${this.field('vertical')}${this.field('email', { type: 'email' })}</div>${this.field('address')}
      <div class="pf2">${this.field('website1', { type: 'url' })}${this.field('website2', { type: 'url' })}</div></div></form>`;
  }

  changeRow(field, from, to, undo) {
    const name = field.startsWith('website') ? t('pro.' + field) : has('pro.' + field) ? t('pro.' + field) : field;
    const shown = v => field === 'vertical' ? this.vertical(v) : Array.isArray(v) ? v.join(', ') : typeof v === 'object' && v ? JSON.stringify(v) : v == null ? '' : String(v);
    const [a, b] = difference(shown(from), shown(to));
    const side = (tag, [before, middle, after]) => {
      const inner = before || middle || after ? html`${before}${middle ? html`<mark>${middle}</mark>` : nothing}${after}` : html`<span class="none">${t('set.empty')}</span>`;
      return tag === 'del' ? html`<del dir="auto">${inner}</del>` : html`<ins dir="auto">${inner}</ins>`;
    };
    return html`<div class=${undo && this.errors[field] ? 'chg-bad' : ''}><dt>${name}</dt><dd>${side('del', a)}${side('ins', b)}</dd><dd class="chg-a">${undo ? html`<button class="btn small quiet" type="button" aria-label=${t('pro.undoOf', { name })} @click=${undo}>${t('pro.undo')}</button>` : nothing}</dd></div>`;
  }

  diff() {
    const changes = this.changes();
    const n = changes.length + (this.picture ? 1 : 0);
    if (!n) return nothing;
    const bad = Object.keys(this.errors);
    return html`<section class="pane" aria-labelledby="diff-t">${paneHead('diff-t', t('pro.changes', { n }), t('pro.against'))}
      <dl class="chg">${changes.map(([field, from, to]) => this.changeRow(field, from, to, () => this.edit(field, from)))}${this.picture ? html`<div><dt>${t('pro.picture')}</dt><dd><ins>${this.picture.file.name}</ins></dd><dd class="chg-a"><button class="btn small quiet" type="button" aria-label=${t('pro.undoOf', { name: t('pro.picture') })} @click=${() => this.dropPicture()}>${t('pro.undo')}</button></dd></div>` : nothing}</dl>
      <div class="pub"><p class="ev" id="pub-why" role="status">${bad.length ? html`<span class="bad-t">${t('set.toMend', { n: bad.length, names: bad.map(field => has('pro.' + field) ? t('pro.' + field) : field).join(', ') })}</span> ` : nothing}${t('pro.soon')}</p><span class="row-a"><button class="btn quiet" type="button" @click=${() => this.discard()}>${t('pro.discard')}</button><button class="btn primary" type="button" aria-disabled=${bad.length ? 'true' : nothing} aria-describedby="pub-why" ?disabled=${this.busy} @click=${() => this.publish()}>${t('pro.publish', { n })}</button></span></div></section>`;
  }

  past() {
    const h = this.history;
    if (!h) return nothing;
    const results = { published: ['ok', 'check'], refused: ['danger', 'x'], outside: ['', null] };
    return html`<section class="pane" aria-labelledby="ph-t">${paneHead('ph-t', t('pro.history'))}
      ${h.data.length ? html`<div class="sideways" tabindex="0" role="group" aria-label=${t('pro.history')}><table class="tbl tbl-stack"><thead><tr>${['when', 'who', 'what', 'result'].map(key => html`<th scope="col">${t('audit.' + key)}</th>`)}<th scope="col"><span class="sr">${t('dead.actions')}</span></th></tr></thead><tbody>
      ${h.data.map(entry => {
        const open = this.open.has(entry.id);
        const [kind, name] = results[entry.result];
        return html`<tr><td data-h=${t('audit.when')}>${time(entry.at)}</td><td data-h=${t('audit.who')}><bdi>${entry.actor ? whose(entry.actor) : t('pro.outside')}</bdi></td><td data-h=${t('audit.what')}>${entry.changes.map(c => has('pro.' + c.field) ? t('pro.' + c.field) : c.field).join(', ')}</td><td data-h=${t('audit.result')}>${chip(kind, t('result.' + entry.result), name)}${entry.error ? html` <span class="ev">${entry.error.code ?? ''} ${entry.error.details ?? entry.error.title ?? ''}</span>` : nothing}</td>
          <td class="td-a"><button class="btn small" type="button" aria-expanded=${open} @click=${() => { const next = new Set(this.open); if (!next.delete(entry.id)) next.add(entry.id); this.open = next; }}>${t('pro.compare')}</button></td></tr>${open ? html`<tr class="tr-detail"><td colspan="5"><dl class="chg">${entry.changes.map(c => this.changeRow(c.field, c.from, c.to))}</dl></td></tr>` : nothing}`;
      })}</tbody></table></div>${h.next ? html`<p class="pane-f"><button class="link" type="button" @click=${() => this.loadHistory(h.next)}>${t('set.older')}</button></p>` : nothing}` : html`<p class="pane-f muted">${t('pro.noHistory')}</p>`}</section>`;
  }

  preview() {
    const shown = this.atMeta ? flat(this.profile) : this.draft;
    const was = flat(this.profile);
    const mark = field => this.errors[field] && !this.atMeta ? 'hs-bad' : shown[field] !== was[field] ? 'hs-chg' : '';
    const line = (field, name, text = shown[field]) => text ? html`<p class="hs-r ${mark(field)}">${icon(name)}<span><bdi>${text}</bdi></span></p>` : nothing;
    const n = this.number;
    return html`<aside class="pro-side" aria-label=${t('pro.preview')}><div class="prev-h"><h2>${t('pro.preview')}</h2><span class="seg" role="radiogroup" aria-label=${t('dead.show')}>${[false, true].map(value => html`<label><input type="radio" name="pv" .checked=${!!this.atMeta === value} @change=${() => { this.atMeta = value; }}>${t(value ? 'pro.atMeta' : 'pro.edited')}</label>`)}</span></div>
      <div class="handset"><div class="hs-screen"><div class="hs-bar"><span aria-hidden="true">${icon('back')}</span><span>${t('pro.info')}</span></div>
        <div class="hs-top">${this.pictureOf(!this.atMeta, true)}<p class="hs-name"><bdi>${n?.verifiedName ?? t('pro.yourName')}</bdi></p><p class="hs-num">${phone({ phone: n?.displayPhoneNumber }) ?? ''}</p></div>
        ${shown.about ? html`<div class="hs-sec"><p class=${mark('about')} dir="auto">${shown.about}</p></div>` : nothing}
        <div class="hs-sec"><p class="hs-k">${t('pro.isBusiness')}</p>${line('description', 'shop')}${line('vertical', 'hash', shown.vertical ? this.vertical(shown.vertical) : '')}${line('address', 'pin')}${line('email', 'mail')}${line('website1', 'globe')}${line('website2', 'globe')}</div></div></div>
      <p class="hint">${t('pro.close')}</p>${this.numberPane(n)}</aside>`;
  }

  numberPane(n) {
    const good = (value, wanted) => value ? chip(wanted.includes(value) ? 'ok' : 'warn', html`<bdi>${value}</bdi>`, wanted.includes(value) ? 'check' : 'warn') : '–';
    return html`<section class="pane" aria-labelledby="ni-t">${paneHead('ni-t', t('num.title'), t('num.sub'))}${n ? html`<dl class="facts facts-s2">
      <div><dt>${t('num.name')}</dt><dd><bdi>${n.verifiedName ?? '–'}</bdi> ${n.nameStatus ? good(n.nameStatus, ['APPROVED', 'AVAILABLE_WITHOUT_REVIEW']) : nothing}</dd></div><div><dt>${t('num.number')}</dt><dd>${phone({ phone: n.displayPhoneNumber }) ?? '–'} ${good(n.codeVerificationStatus, ['VERIFIED'])} ${good(n.status, ['CONNECTED'])}</dd></div>
      <div><dt>${t('num.quality')}</dt><dd>${good(n.qualityRating, ['GREEN'])}</dd></div><div><dt>${t('num.throughput')}</dt><dd><code>${n.throughput ?? '–'}</code></dd></div><div><dt>${t('num.limit')}</dt><dd>${limit(n.messagingLimit)}</dd></div><div><dt>${t('num.send')}</dt><dd>${good(n.canSendMessage, ['AVAILABLE'])}</dd></div>
      <div><dt>${t('num.official')}</dt><dd>${n.official == null ? '–' : t(n.official ? 'num.yes' : 'num.no')}</dd></div><div><dt>${t('num.business')}</dt><dd><bdi>${n.business.name ?? n.business.id}</bdi> ${n.business.verificationStatus ? good(n.business.verificationStatus, ['verified']) : nothing}${n.business.fault ? html` <span class="bad-t">${said(n.business.fault)}</span>` : nothing}</dd></div></dl>` : html`<p class="pane-f muted">${this.numberFault ? this.numberFault.message : t('app.loading')}</p>`}</section>`;
  }

  render() {
    const p = this.profile;
    return frame('profile', this.rail, html`${head(t('page.profile'), p ? t('pro.sub', { ago: ago(p.readAt) }) : t('pro.subOnly'), html`<button class="btn" type="button" @click=${() => this.load()}>${icon('retry')}${t('pro.read')}</button>`)}
      ${p ? html`${p.warnings.map(text => say('warn', said(text)))}<div class="pro"><div class="stack">${this.form()}${this.diff()}${this.past()}</div>${this.preview()}</div>` : waitOrFault(this.fault, () => this.load())}`);
  }
}

customElements.define('hd-profile', HdProfile);
