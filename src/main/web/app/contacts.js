import { LitElement, html, nothing } from 'lit';
import { get, patch, post, query } from './api.js';
import { live } from './live.js';
import { has, t, whose } from './i18n.js';
import { avatar, badge, icon } from './marks.js';
import { nameOf, phone } from './format.js';
import { soon, toast } from './shell.js';
import { asMe } from './agents.js';
import './merges.js';
import './verify.js';
import { chip, frame, head, isAdmin, paneHead, refused, time, waitOrFault } from './admin.js';

const PAGE = 50;
/** What is written and not saved yet, by contact and field: it outlives a look at something else. */
const edits = new Map();
const FIELDS = [['displayName', 200], ['company', 200], ['email', 254], ['language', 20]];
/** What is changed of a ticket: how it is called, and what stands there when nothing does. */
const OF_TICKET = { status: ['panel.state'], assignee: ['panel.assignee', 'panel.nobody'], subject: ['panel.subject', 'panel.noSubject'] };

function named(field) {
  const word = OF_TICKET[field]?.[0] ?? 'people.' + field;
  return has(word) ? t(word) : field;
}

/** Everybody who wrote or was synced: found by name, number or company; changed, and verified with evidence. */
class HdContacts extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, mode: {}, rows: { state: true }, next: { state: true }, q: { state: true }, fault: { state: true }, contact: { state: true }, events: { state: true }, errors: { state: true }, verifying: { state: true }, earlier: { state: true }, ticket: { state: true }, synced: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.rows = null;
    this.q = '';
    this.most = 0;
    this.errors = {};
    this.onEvent = e => this.event(e.detail);
    this.onReset = () => { if (!this.of) this.load(); else if (!this.querySelector('.person :focus')) this.read(); };
  }

  createRenderRoot() { return this; }
  connectedCallback() { super.connectedCallback(); live.addEventListener('event', this.onEvent); live.addEventListener('reset', this.onReset); this.load(); }
  disconnectedCallback() { live.removeEventListener('event', this.onEvent); live.removeEventListener('reset', this.onReset); clearTimeout(this.later); super.disconnectedCallback(); }

  willUpdate() {
    const id = this.at?.rest[0] ?? null;
    if (id === this.of) return;
    const back = !!this.of && !id;
    this.of = id;
    this.contact = null;
    this.events = null;
    this.errors = {};
    this.verifying = false;
    if (id) this.read(); else if (back) this.load();
  }

  event(event) {
    const gone = event.type === 'data.removed';
    if (this.of && (gone || event.contactId === this.of && !this.querySelector('.person :focus'))) this.read();
    if (!this.of && (gone || event.type === 'contact.changed')) { clearTimeout(this.later); this.later = setTimeout(() => this.load(), 500); }
  }

  async load(cursor) {
    const asked = this.asked = { q: this.q.trim() };
    if (cursor) this.most = this.rows.length + 1;       // more is wanted, also when another load takes the place of this one
    const found = cursor ? [...this.rows] : [], shown = asked.q === this.shown ? Math.max(this.rows.length, this.most) : 0;
    let next = cursor;
    try {
      do {
        const page = await get('/contacts' + query({ ...asked, limit: PAGE, cursor: next }));
        if (asked !== this.asked) return;
        found.push(...page.data);
        next = page.next;
      } while (next && found.length < shown);       // who scrolled on stays there
      this.rows = found;
      this.most = 0;
      this.shown = asked.q;
      this.next = next;
      this.fault = null;
    } catch (fault) { if (asked === this.asked) this.fault = fault; }
  }

  search(e) {
    this.q = e.target.value;
    clearTimeout(this.later);
    this.later = setTimeout(() => this.load(), 250);
  }

  async read() {
    const id = this.of;
    try {
      const [contact, newest, tickets] = await Promise.all([get('/contacts/' + encodeURIComponent(id)), this.timeline(), get('/tickets' + query({ contactId: id, limit: 1 }))]);
      let { data: events, next } = newest;
      while (next && id === this.of && events.length < (this.events?.length ?? 0)) {       // who went back in time stays there
        const page = await this.timeline(next);
        events = [...events, ...page.data];
        next = page.next;
      }
      if (id === this.of) { this.contact = contact; this.events = events; this.earlier = next; this.ticket = tickets.data[0] ?? null; this.fault = null; }
    } catch (fault) {
      if (id !== this.of) return;
      this.fault = fault;
      if (fault.status === 404) this.contact = null;
    }
  }

  timeline(cursor) { return get(`/contacts/${encodeURIComponent(this.of)}/timeline` + query({ limit: 30, cursor })); }

  async older() {
    const id = this.of, from = this.earlier;
    try {
      const page = await this.timeline(from);
      if (id !== this.of || !this.events) return;
      if (from === this.earlier) { this.events = [...this.events, ...page.data]; this.earlier = page.next; } else if (this.earlier) await this.older();
    } catch (fault) { refused(fault); }
  }

  async sync() {
    this.busy = true;
    try {
      this.synced = await post('/contacts/sync');
      this.load();
    } catch (fault) { refused(fault); }
    this.busy = false;
  }

  async save(e) {
    e.preventDefault();
    const form = new FormData(e.target), id = this.of, sent = edits.get(id);
    const change = {};
    for (const [field] of FIELDS) {
      const value = form.get(field).trim() || null;
      if (value !== this.contact[field]) change[field] = value;
    }
    const notes = form.get('notes').trim() || null;
    if (notes !== this.contact.notes) change.notes = notes;
    const labels = [...new Set(form.get('labels').split(',').map(label => label.trim()).filter(Boolean))];
    if (labels.join() !== this.contact.labels.join()) change.labels = labels;
    this.errors = {};
    if (!Object.keys(change).length) { this.saved(id, sent); toast(t('people.nothing')); return; }
    try {
      const now = await patch('/contacts/' + id, { ...change, ...await asMe() });
      this.saved(id, sent);
      if (id === this.of) this.contact = now;
      toast(t('people.saved'));
      this.read();
      this.load();
    } catch (fault) {
      if (fault.body?.errors && id === this.of) { this.errors = Object.fromEntries(fault.body.errors.map(error => [error.field.replace(/\[.*/, ''), error.message])); soon(() => this.querySelector('[aria-invalid="true"]')?.focus()); } else refused(fault);
    }
  }

  edited(e) {
    edits.set(this.of, { ...edits.get(this.of), [e.target.name]: e.target.value });
    this.requestUpdate();
  }

  /** What was typed while it was saved is still to be saved. */
  saved(id, sent) {
    const left = Object.entries(edits.get(id) ?? {}).filter(([field, value]) => value !== sent?.[field]);
    if (left.length) edits.set(id, Object.fromEntries(left)); else edits.delete(id);
    this.requestUpdate();
  }

  written(field, saved) { return edits.get(this.of)?.[field] ?? saved; }

  input(field, most) {
    const error = this.errors[field];
    return html`<div class="pf"><div class="pf-l"><label for="c-${field}">${t('people.' + field)}</label></div><input class="input" id="c-${field}" name=${field} dir="auto" maxlength=${most} placeholder=${field === 'displayName' && this.contact.profileName || nothing} .value=${this.written(field, this.contact[field] ?? '')} aria-invalid=${error ? 'true' : nothing} aria-describedby="c-${field}-e"><div id="c-${field}-e" aria-live="polite">${error ? html`<p class="say say-bad">${icon('x')}<span>${error}</span></p>` : nothing}</div></div>`;
  }

  happened(event) {
    const d = event.detail ?? {};
    const value = (v, empty = 'set.empty') => v == null || v.length === 0 ? t(empty) : Array.isArray(v) ? v.join(', ') : typeof v === 'object' ? JSON.stringify(v) : String(v);
    const of = (field, v) => field === 'status' && has('ticket.' + v) ? t('ticket.' + v) : html`<bdi>${value(v, OF_TICKET[field]?.[1])}</bdi>`;
    const what = event.kind === 'verified' ? html`<span class="ev">${has('verified.' + d.state) ? t('verified.' + d.state) : d.state}${d.evidence ? html`: <bdi>${d.evidence}</bdi>` : nothing}</span>`
      : event.kind.startsWith('merge') ? html`<span class="ev"><bdi>${value(d.name)}</bdi>${d.identities?.length ? html` (<bdi>${d.identities.map(one => one.value).join(', ')}</bdi>)` : nothing}</span>`
      : event.kind === 'name-changed' ? html`<span class="ev"><bdi>${value(d.from)}</bdi> → <bdi>${value(d.to)}</bdi></span>`
      : ['profile-edited', 'ticket-changed'].includes(event.kind) ? Object.entries(d).map(([field, change]) => html`<span class="ev">${named(field)}: ${of(field, change?.from)} → ${of(field, change?.to)} </span>`) : nothing;
    return html`<li class="chk"><span class="i-w">${icon({ verified: 'verified', 'send-failed': 'warn', 'note-added': 'file', 'first-seen': 'user' }[event.kind] ?? 'clock')}</span><div class="chk-b"><p class="chk-l"><b>${has('happened.' + event.kind) ? t('happened.' + event.kind) : event.kind}</b><span class="when">${time(event.at)}</span></p>${event.actor ? html`<p class="ev">${t('set.by', { name: whose(event.actor) })}</p>` : nothing}${what}${event.ticketId ? html` <a class="sm" href="#/inbox/${event.ticketId}">${t('panel.ticket', { id: event.ticketId })}</a>` : nothing}</div></li>`;
  }

  verification(c) {
    const v = c.verification, { of } = this;
    return html`<section class="pane" aria-labelledby="v-t">${paneHead('v-t', t('people.verification'))}<dl class="facts"><div><dt>${t('people.state')}</dt><dd>${badge(c)} ${t(has('verified.' + v.state) ? 'verified.' + v.state : 'verified.none')}</dd></div>${v.evidence ? html`<div><dt>${t('people.evidence')}</dt><dd><bdi>${v.evidence}</bdi></dd></div>` : nothing}${v.at ? html`<div><dt>${t('people.since')}</dt><dd>${time(v.at)}${v.by ? html` ${t('set.by', { name: whose(v.by) })}` : nothing}</dd></div>` : nothing}</dl>
      ${this.verifying ? html`<hd-verify .contact=${c} @done=${e => this.verified(of, e.detail)}></hd-verify>`
        : html`<div class="row-a in"><button class="btn verifies" type="button" @click=${() => { this.verifying = true; }}>${icon('verified')}${t('people.verify')}</button></div>`}</section>`;
  }

  verified(id, contact) {
    if (id !== this.of) return;
    this.verifying = false;
    if (contact) { this.contact = contact; this.read(); this.load(); }
  }

  person() {
    const c = this.contact;
    if (!c) return html`<p><a href="#/contacts">${t('people.back')}</a></p>${waitOrFault(this.fault, () => this.read())}`;
    return html`${head(html`<bdi>${nameOf(c)}</bdi> ${badge(c)}`, html`<a href="#/contacts">${t('people.back')}</a>`, html`${c.simulated ? chip('warn', t('panel.simulated')) : nothing}${this.ticket ? html`<a class="btn" href="#/inbox/${this.ticket.id}">${icon('inbox')}${t('people.conversation')}</a>` : nothing}`)}
      <div class="person"><div class="stack"><form class="pane" novalidate aria-labelledby="p-t" @input=${this.edited} @submit=${this.save}>${paneHead('p-t', t('people.about'), t('people.aboutSub'))}<div class="pfs">
        <div class="pf2">${this.input(...FIELDS[0])}${this.input(...FIELDS[1])}</div><div class="pf2">${this.input(...FIELDS[2])}${this.input(...FIELDS[3])}</div>
        <div class="pf"><div class="pf-l"><label for="c-labels">${t('people.labels')}</label></div><input class="input" id="c-labels" name="labels" dir="auto" .value=${this.written('labels', c.labels.join(', '))} aria-describedby="c-labels-h" aria-invalid=${this.errors.labels ? 'true' : nothing}><p class="hint ${this.errors.labels ? 'bad' : ''}" id="c-labels-h">${this.errors.labels ?? t('people.labelsHint')}</p></div>
        <div class="pf"><div class="pf-l"><label for="c-notes">${t('people.notes')}</label></div><textarea class="input" id="c-notes" name="notes" rows="3" maxlength="4000" dir="auto" .value=${this.written('notes', c.notes ?? '')}></textarea></div>
        <div class="row-a"><button class="btn primary" type="submit">${t('people.save')}</button>${edits.has(this.of) ? html`<span class="hint" role="status">${t('people.unsaved')}</span>` : nothing}</div></div></form>
        <section class="pane" aria-labelledby="ev-t">${paneHead('ev-t', t('people.activity'), t('people.activitySub'))}${this.events?.length ? html`<ul class="chks acts-b">${this.events.map(event => this.happened(event))}</ul>${this.earlier ? html`<p class="pane-f"><button class="link" type="button" @click=${this.older}>${t('people.older')}</button></p>` : nothing}` : html`<p class="pane-f muted">${t('people.noActivity')}</p>`}</section></div>
      <div class="stack"><hd-merges .contactId=${c.id}></hd-merges>${this.verification(c)}<section class="pane" aria-labelledby="r-t">${paneHead('r-t', t('panel.reach'))}<dl class="facts"><div><dt>${t('identity.number')}</dt><dd class="num">${phone(c) ?? '–'}</dd></div>${c.userId ? html`<div><dt>${t('identity.bsuid')}</dt><dd><code>${c.userId}</code></dd></div>` : nothing}${c.username ? html`<div><dt>${t('identity.username')}</dt><dd>@<bdi>${c.username}</bdi></dd></div>` : nothing}
        <div><dt>${t('people.profileName')}</dt><dd><bdi>${c.profileName ?? '–'}</bdi></dd></div><div><dt>${t('panel.first')}</dt><dd>${time(c.firstSeenAt)}</dd></div><div><dt>${t('people.lastIn')}</dt><dd>${c.lastInboundAt ? time(c.lastInboundAt) : t('panel.neverWrote')}</dd></div><div><dt>${t('panel.lastOut')}</dt><dd>${c.lastOutboundAt ? time(c.lastOutboundAt) : t('hook.never')}</dd></div></dl></section></div></div>`;
  }

  everybody() {
    const s = this.synced;
    return html`${head(t('page.contacts'), t('people.sub'), html`<span class="searchbox find"><label class="sr" for="q">${t('people.search')}</label>${icon('search')}<input class="input" id="q" type="search" maxlength="100" placeholder=${t('people.search')} .value=${this.q} @input=${this.search}></span>${isAdmin(this.session) ? html`<button class="btn" type="button" ?disabled=${this.busy} @click=${() => this.sync()}>${icon('retry')}${t('people.sync')}</button>` : nothing}`)}
      ${s ? html`<p class="say say-info" role="status">${icon('check')}<span>${t('people.synced', s)}</span></p>` : nothing}
      ${!this.rows ? waitOrFault(this.fault, () => this.load()) : html`<section class="pane" aria-label=${t('page.contacts')}>
        ${this.rows.length ? html`<table class="tbl tbl-stack people"><thead><tr>${['name', 'number', 'company', 'verification', 'lastIn'].map(key => html`<th scope="col">${t('people.' + key)}</th>`)}</tr></thead><tbody>
        ${this.rows.map(c => html`<tr><td data-h=${t('people.name')}><span class="who">${avatar(c, 's')}<a class="cut" href="#/contacts/${c.id}"><bdi>${nameOf(c)}</bdi></a>${badge(c)}</span></td><td class="num" data-h=${t('people.number')}>${phone(c) ?? (c.username ? html`@<bdi>${c.username}</bdi>` : '–')}</td><td data-h=${t('people.company')}>${c.company ? html`<bdi>${c.company}</bdi>` : nothing}</td>
          <td data-h=${t('people.verification')}><span class="ev">${has('verified.' + c.verification.state) ? t('verified.' + c.verification.state) : t('verified.none')}</span></td><td data-h=${t('people.lastIn')}>${c.lastInboundAt ? time(c.lastInboundAt) : '–'}</td></tr>`)}</tbody></table>
        ${this.next ? html`<p class="pane-f"><button class="link" type="button" @click=${() => this.load(this.next)}>${t('people.more')}</button></p>` : nothing}`
        : html`<div class="empty"><h2>${t(this.q ? 'people.noneFound' : 'people.none')}</h2><p>${t(this.q ? 'people.noneFoundMore' : 'people.noneMore')}</p></div>`}</section>`}`;
  }

  render() { return frame('contacts', this.rail, this.of || this.at?.rest[0] ? this.person() : this.everybody()); }
}

customElements.define('hd-contacts', HdContacts);
