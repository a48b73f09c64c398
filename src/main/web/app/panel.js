import { LitElement, html, nothing } from 'lit';
import { get, query } from './api.js';
import { live } from './live.js';
import { has, listTime, shortTime, t, whose } from './i18n.js';
import { avatar, badge, icon, ticketState, time, windowMark } from './marks.js';
import { nameOf, phone } from './format.js';
import { agents, me, seat, setMe } from './agents.js';
import { toast } from './shell.js';
import './merges.js';

const KINDS = { wa_id: ['phone', 'identity.number'], phone: ['phone', 'identity.number'], bsuid: ['hash', 'identity.bsuid'], parent_bsuid: ['hash', 'identity.parent'], username: ['at', 'identity.username'] };
/** What a send comes to later changes nothing here. */
const ARRIVED = ['delivered', 'read', 'played'];
const STATES = ['open', 'pending', 'solved', 'closed'];

/** Who it is and what it is about: ticket, the names that lead here, other tickets. Each conversation has a panel of its own. */
class HdPanel extends LitElement {
  static properties = { conversation: {}, save: {}, asked: { state: true }, typed: { state: true }, contact: { state: true }, tickets: { state: true }, agents: { state: true }, verifying: { state: true } };

  constructor() {
    super();
    this.onSeat = () => this.requestUpdate();
    this.tickets = [];
    this.agents = [];
    this.asked = {};
    this.turn = 0;
    this.shown = {};
    this.typed = null;
    this.onEvent = e => this.event(e.detail);
    this.onReset = () => { this.load(); if (this.unsaved) this.writeSubject(); };
  }

  createRenderRoot() { return this; }
  connectedCallback() { super.connectedCallback(); live.addEventListener('event', this.onEvent); live.addEventListener('reset', this.onReset); seat.addEventListener('change', this.onSeat); }
  disconnectedCallback() { live.removeEventListener('event', this.onEvent); live.removeEventListener('reset', this.onReset); seat.removeEventListener('change', this.onSeat); clearTimeout(this.timer); this.writeSubject(); super.disconnectedCallback(); }

  willUpdate(changed) {
    const c = this.conversation;
    if (changed.has('conversation') && c && this.of !== `${c.id}/${c.contactId}`) {
      this.of = `${c.id}/${c.contactId}`;
      this.contact = null;
      this.verifying = false;
      this.load();
    }
  }

  event(event) {
    const c = this.conversation;
    if (event.type === 'agent.changed') this.loadAgents();
    if (c && event.type === 'data.removed') this.load();
    if (!c || event.ticketId !== c.id && event.contactId !== c.contactId) return;
    if (['ticket.changed', 'contact.changed'].includes(event.type)) this.load();
    else if (event.type === 'message.received' || event.type === 'message.status' && !ARRIVED.includes(event.status)) this.timer ??= setTimeout(() => this.loadContact(), 300);
  }

  /** When each side wrote last. */
  async loadContact() {
    this.timer = undefined;
    const of = this.of, turn = ++this.turn;
    const contact = await get(`/contacts/${this.conversation.contactId}`).catch(() => null);
    if (this.of === of) this.take(turn, { contact });
  }

  /** Answers may come in another order than they were asked for: what is older is not put over what is newer. */
  take(turn, found) {
    for (const [name, value] of Object.entries(found)) {
      if (value && !(this.shown[name] > turn)) {
        this.shown[name] = turn;
        this[name] = value;
      }
    }
  }

  /** What was asked for last is what holds. */
  async loadAgents() {
    const asked = this.who = agents(), found = await asked.catch(() => null);
    if (found && this.who === asked) this.agents = found;
  }

  async load() {
    const { contactId } = this.conversation, of = this.of, turn = ++this.turn;
    this.loadAgents();
    const [contact, tickets] = await Promise.allSettled([get(`/contacts/${contactId}`), get('/tickets' + query({ contactId, limit: 10 }))]);
    if (this.of !== of) return;
    this.take(turn, { contact: contact.value, tickets: tickets.value?.data });
  }

  async verify() {
    try {
      await import('./verify.js');
      this.verifying = true;
    } catch { toast(t('fault.offline'), { bad: true }); }
  }

  /** What is asked for is shown until it is answered; then what holds. */
  async change(change) {
    this.asked = { ...this.asked, ...change };
    const taken = await this.save(this.conversation.id, change);
    this.asked = Object.fromEntries(Object.entries(this.asked).filter(([field, value]) => change[field] !== value));
    return taken;
  }

  /** Also when the conversation is left while the field has the focus. A text that was refused stays, to be mended; one that met no server goes with the next leave, or once the line is back. */
  async writeSubject() {
    if (this.typed === null || this.refused) return;
    const subject = this.typed.trim() || null;
    this.typed = null;
    this.unsaved = false;
    if (subject === (this.now('subject', this.conversation.subject) ?? null)) return;
    const taken = await this.change({ subject });
    if (taken || this.typed !== null) return;
    this.typed = subject ?? '';
    this.unsaved = true;
    this.refused = taken === false;
  }

  /** Of the ticket: as it was asked for, else as it is. */
  now(field, is) { return field in this.asked ? this.asked[field] : is; }

  async copy(text) {
    try { await navigator.clipboard.writeText(text); toast(t('panel.copied')); } catch { toast(t('panel.notCopied'), { bad: true }); }
  }

  /** What somebody has touched is not set by a template again. */
  updated() {
    const c = this.conversation;
    if (!c) return;
    const shown = { subject: this.typed ?? this.now('subject', c.subject), state: this.now('status', c.status), agent: this.now('assigneeId', c.assignee?.id), me: me() };
    for (const [name, value] of Object.entries(shown)) {
      const field = this.querySelector('#t-' + name);
      if (field && field.value !== (value ?? '')) field.value = value ?? '';
      if (field?.selectedIndex < 0) field.value = '';
    }
  }

  /** Those to whom it can be given, and whose it is, also while they are not loaded. */
  choice() {
    const { assignee } = this.conversation;
    return !assignee || this.agents.some(agent => agent.id === assignee.id) ? this.agents : [assignee, ...this.agents];
  }

  render() {
    const c = this.conversation;
    if (!c) return nothing;
    const contact = this.contact ?? c.contact;
    const verified = this.contact?.verification;
    const reason = 'reason.' + c.reason, unsaved = this.typed !== null && this.unsaved;
    return html`<div class="panel-head only-narrow"><button class="btn quiet icon" type="button" aria-label=${t('act.backThread')} @click=${() => this.dispatchEvent(new CustomEvent('back'))}>${icon('back')}</button><h1 class="grow">${t('panel.label')}</h1></div>
      <div class="contact">${avatar(contact, 'l')}<div class="grow"><h2><bdi class="cut">${nameOf(contact)}</bdi>${badge(contact)}</h2><p class="xs muted">${verified?.by ? html`${t('panel.verified', { by: whose(verified.by), at: shortTime(verified.at) })} <bdi>${verified.evidence}</bdi>` : contact.lastInboundAt ? t('panel.inbound', { at: shortTime(contact.lastInboundAt) }) : this.contact ? t('panel.neverWrote') : nothing}</p></div></div>
      <section class="sect"><h3>${t('panel.ticket', { id: c.id })}</h3><dl class="kv">
        <dt><label for="t-subject">${t('panel.subject')}</label></dt><dd><input class="input flat" id="t-subject" dir="auto" maxlength="200" placeholder=${t('panel.noSubject')} aria-invalid=${unsaved && this.refused ? 'true' : nothing} aria-describedby=${unsaved ? 't-subject-h' : nothing} @input=${e => { this.typed = e.target.value; this.unsaved = this.refused = false; }} @change=${this.writeSubject} @blur=${this.writeSubject}>${unsaved ? html`<p class="hint bad" id="t-subject-h">${t('people.unsaved')}</p>` : nothing}</dd>
        <dt><label for="t-state">${t('panel.state')}</label></dt><dd><select class="input flat" id="t-state" @change=${e => this.change({ status: e.target.value })}>${STATES.map(state => html`<option value=${state}>${t('ticket.' + state)}</option>`)}</select></dd>
        <dt><label for="t-agent">${t('panel.assignee')}</label></dt><dd><select class="input flat" id="t-agent" @change=${e => this.change({ assigneeId: e.target.value || null })}><option value="">${t('panel.nobody')}</option>${this.choice().map(agent => html`<option value=${agent.id}>${agent.name}</option>`)}</select>${this.agents.length ? nothing : html`<a class="btn quiet small" href="#/agents">${t('panel.addAgents')}</a>`}</dd>
        ${this.agents.length ? html`<dt><label for="t-me">${t('panel.me')}</label></dt><dd><select class="input flat" id="t-me" @change=${e => setMe(e.target.value)}><option value="">${t('panel.notSaid')}</option>${this.agents.map(agent => html`<option value=${agent.id}>${agent.name}</option>`)}</select></dd>` : nothing}
        <dt>${t('panel.window')}</dt><dd>${c.windowClosesAt ? windowMark(c.windowClosesAt, 'window.templates') : t('window.never')}</dd>
        <dt>${t('panel.opened')}</dt><dd>${time(c.openedAt)}</dd>
        <dt>${t('panel.why')}</dt><dd>${has(reason) ? t(reason, { id: c.id }) : c.reason}</dd>
        ${c.simulated ? html`<dt>${t('panel.from')}</dt><dd><span class="chip warn">${t('panel.simulated')}</span></dd>` : nothing}</dl></section>
      <hd-merges .contactId=${c.contactId}></hd-merges>
      ${this.contact ? html`<section class="sect"><div class="acts"><a class="btn small" href="#/contacts/${c.contactId}">${icon('user', 'i-sm')}${t('panel.edit')}</a>${this.verifying ? nothing : html`<button class="btn small verifies" type="button" @click=${this.verify}>${icon('verified', 'i-sm')}${t('people.verify')}</button>`}</div>${this.verifying ? html`<hd-verify .contact=${this.contact} @done=${e => { this.verifying = false; if (e.detail) this.contact = e.detail; }}></hd-verify>` : nothing}</section>
      <section class="sect"><h3>${t('panel.reach')}</h3><ul class="ids">${this.contact.identities.map(identity => this.identity(identity))}</ul></section>
      <section class="sect"><h3>${t('panel.about')}</h3><dl class="kv">
        ${[['company', 'panel.company'], ['email', 'panel.email'], ['language', 'panel.language']].map(([field, word]) => this.contact[field] ? html`<dt>${t(word)}</dt><dd><bdi>${this.contact[field]}</bdi></dd>` : nothing)}
        ${this.contact.username ? html`<dt>${t('identity.username')}</dt><dd>@<bdi>${this.contact.username}</bdi></dd>` : nothing}
        ${this.contact.labels?.length ? html`<dt>${t('panel.labels')}</dt><dd>${this.contact.labels.map(label => html`<span class="chip"><bdi>${label}</bdi></span> `)}</dd>` : nothing}
        ${this.contact.notes ? html`<dt>${t('panel.remarks')}</dt><dd class="text"><bdi>${this.contact.notes}</bdi></dd>` : nothing}
        <dt>${t('panel.first')}</dt><dd>${time(this.contact.firstSeenAt)}</dd>
        ${this.contact.lastOutboundAt ? html`<dt>${t('panel.lastOut')}</dt><dd>${time(this.contact.lastOutboundAt)}</dd>` : nothing}</dl></section>` : nothing}
      ${this.tickets.length > 1 ? html`<section class="sect"><h3>${t('panel.tickets')}</h3><ol class="timeline">${this.tickets.filter(ticket => ticket.id !== c.id).map(ticket => html`<li>${icon('flag')}<span><a href="#/inbox/${ticket.id}">T-${ticket.id}</a> ${ticketState(ticket.status)}<time>${listTime(ticket.lastMessageAt)}</time></span></li>`)}</ol></section>` : nothing}`;
  }

  identity(identity) {
    const [name, word] = KINDS[identity.kind] ?? KINDS.bsuid;
    const reply = identity.value === this.contact.waId || !this.contact.waId && identity.value === this.contact.userId;
    const shown = identity.kind === 'wa_id' ? phone({ phone: '+' + identity.value }) : identity.value;
    return html`<li>${icon(name)}<span class="cut num"><bdi>${shown}</bdi></span><button class="btn quiet icon small" type="button" aria-label=${t('panel.copy', { what: shown })} @click=${() => this.copy(identity.kind === 'wa_id' ? '+' + identity.value : identity.value)}>${icon('copy', 'i-sm')}</button><span class="mt">${t(word)}${reply ? ` · ${t('panel.repliesHere')}` : ''}</span></li>`;
  }
}

customElements.define('hd-panel', HdPanel);
