import { LitElement, html, nothing } from 'lit';
import { get, query } from './api.js';
import { live } from './live.js';
import { fullTime, has, listTime, shortTime, t } from './i18n.js';
import { avatar, badge, icon, ticketState, windowMark } from './marks.js';
import { nameOf, phone } from './format.js';
import { agents, me, setMe } from './agents.js';
import { toast } from './shell.js';
import './merges.js';

const KINDS = { wa_id: ['phone', 'identity.number'], phone: ['phone', 'identity.number'], bsuid: ['hash', 'identity.bsuid'], parent_bsuid: ['hash', 'identity.parent'], username: ['at', 'identity.username'] };
const STATES = ['open', 'pending', 'solved', 'closed'];

/** Who it is and what it is about: ticket, the names that lead here, other tickets. */
class HdPanel extends LitElement {
  static properties = { conversation: {}, contact: { state: true }, tickets: { state: true }, agents: { state: true }, verifying: { state: true } };

  constructor() {
    super();
    this.tickets = [];
    this.agents = [];
    this.onEvent = e => this.event(e.detail);
  }

  createRenderRoot() { return this; }
  connectedCallback() { super.connectedCallback(); live.addEventListener('event', this.onEvent); }
  disconnectedCallback() { live.removeEventListener('event', this.onEvent); super.disconnectedCallback(); }

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
    if (c && (event.ticketId === c.id || event.contactId === c.contactId) && ['ticket.changed', 'contact.changed'].includes(event.type)) this.load();
  }

  async load() {
    const { contactId } = this.conversation, of = this.of;
    const [contact, tickets, found] = await Promise.allSettled([get(`/contacts/${contactId}`), get('/tickets' + query({ contactId, limit: 10 })), agents()]);
    if (this.of !== of) return;
    this.contact = contact.value ?? this.contact;
    this.tickets = tickets.value?.data ?? [];
    this.agents = found.value ?? [];
  }

  async verify() {
    try {
      await import('./verify.js');
      this.verifying = true;
    } catch { toast(t('fault.offline'), { bad: true }); }
  }

  change(change) { this.dispatchEvent(new CustomEvent('ticket-change', { detail: change })); }

  async copy(text) {
    try { await navigator.clipboard.writeText(text); toast(t('panel.copied')); } catch { toast(t('panel.notCopied'), { bad: true }); }
  }

  render() {
    const c = this.conversation;
    if (!c) return nothing;
    const contact = this.contact ?? c.contact;
    const verified = this.contact?.verification;
    const reason = 'reason.' + c.reason;
    const mine = me();
    return html`<div class="panel-head only-narrow"><button class="btn quiet icon" type="button" aria-label=${t('act.backThread')} @click=${() => this.dispatchEvent(new CustomEvent('back'))}>${icon('back')}</button><h1 class="grow">${t('panel.label')}</h1></div>
      <div class="contact">${avatar(contact, 'l')}<div class="grow"><h2><bdi class="cut">${nameOf(contact)}</bdi>${badge(contact)}</h2><p class="xs muted">${verified?.by ? html`${t('panel.verified', { by: verified.by, at: shortTime(verified.at) })} <bdi>${verified.evidence}</bdi>` : contact.lastInboundAt ? t('panel.inbound', { at: shortTime(contact.lastInboundAt) }) : this.contact ? t('panel.neverWrote') : nothing}</p></div></div>
      <section class="sect"><h3>${t('panel.ticket', { id: c.id })}<button class="btn small" type="button" @click=${() => this.change({ status: ['solved', 'closed'].includes(c.status) ? 'open' : 'solved' })}>${icon(['solved', 'closed'].includes(c.status) ? 'retry' : 'check', 'i-sm')}${t(['solved', 'closed'].includes(c.status) ? 'ticket.reopen' : 'ticket.solve')}</button></h3><dl class="kv">
        <dt><label for="t-subject">${t('panel.subject')}</label></dt><dd><input class="input flat" id="t-subject" dir="auto" maxlength="200" placeholder=${t('panel.noSubject')} .value=${c.subject ?? ''} @change=${e => this.change({ subject: e.target.value.trim() || null })}></dd>
        <dt><label for="t-state">${t('panel.state')}</label></dt><dd><select class="input flat" id="t-state" .value=${c.status} @change=${e => this.change({ status: e.target.value })}>${STATES.map(state => html`<option value=${state} ?selected=${state === c.status}>${t('ticket.' + state)}</option>`)}</select></dd>
        <dt><label for="t-agent">${t('panel.assignee')}</label></dt><dd><select class="input flat" id="t-agent" @change=${e => this.change({ assigneeId: e.target.value || null })}><option value="" ?selected=${!c.assignee}>${t('panel.nobody')}</option>${this.agents.map(agent => html`<option value=${agent.id} ?selected=${agent.id === c.assignee?.id}>${agent.name}</option>`)}</select>${this.agents.length ? nothing : html`<a class="btn quiet small" href="#/agents">${t('panel.addAgents')}</a>`}</dd>
        ${this.agents.length ? html`<dt><label for="t-me">${t('panel.me')}</label></dt><dd><select class="input flat" id="t-me" @change=${e => { setMe(e.target.value); this.requestUpdate(); dispatchEvent(new HashChangeEvent('hashchange')); }}><option value="" ?selected=${!mine}>${t('panel.notSaid')}</option>${this.agents.map(agent => html`<option value=${agent.id} ?selected=${agent.id === mine}>${agent.name}</option>`)}</select></dd>` : nothing}
        <dt>${t('panel.window')}</dt><dd>${c.windowClosesAt ? windowMark(c.windowClosesAt) : t('window.never')}</dd>
        <dt>${t('panel.opened')}</dt><dd title=${fullTime(c.openedAt)}>${shortTime(c.openedAt)}</dd>
        <dt>${t('panel.why')}</dt><dd>${has(reason) ? t(reason, { id: c.id }) : c.reason}</dd>
        ${c.simulated ? html`<dt>${t('panel.from')}</dt><dd><span class="chip warn">${t('panel.simulated')}</span></dd>` : nothing}</dl></section>
      <hd-merges .contactId=${c.contactId}></hd-merges>
      ${this.contact ? html`<section class="sect"><div class="acts"><a class="btn small" href="#/contacts/${c.contactId}">${icon('user', 'i-sm')}${t('panel.edit')}</a>${this.verifying ? nothing : html`<button class="btn small" type="button" @click=${this.verify}>${icon('verified', 'i-sm')}${t('people.verify')}</button>`}</div>${this.verifying ? html`<hd-verify .contact=${this.contact} @done=${e => { this.verifying = false; if (e.detail) this.contact = e.detail; }}></hd-verify>` : nothing}</section>
      <section class="sect"><h3>${t('panel.reach')}</h3><ul class="ids">${this.contact.identities.map(identity => this.identity(identity))}</ul></section>
      <section class="sect"><h3>${t('panel.about')}</h3><dl class="kv">
        ${[['company', 'panel.company'], ['email', 'panel.email'], ['language', 'panel.language']].map(([field, word]) => this.contact[field] ? html`<dt>${t(word)}</dt><dd><bdi>${this.contact[field]}</bdi></dd>` : nothing)}
        ${this.contact.username ? html`<dt>${t('identity.username')}</dt><dd>@<bdi>${this.contact.username}</bdi></dd>` : nothing}
        ${this.contact.labels?.length ? html`<dt>${t('panel.labels')}</dt><dd>${this.contact.labels.map(label => html`<span class="chip"><bdi>${label}</bdi></span> `)}</dd>` : nothing}
        ${this.contact.notes ? html`<dt>${t('panel.remarks')}</dt><dd class="text"><bdi>${this.contact.notes}</bdi></dd>` : nothing}
        <dt>${t('panel.first')}</dt><dd title=${fullTime(this.contact.firstSeenAt)}>${shortTime(this.contact.firstSeenAt)}</dd>
        ${this.contact.lastOutboundAt ? html`<dt>${t('panel.lastOut')}</dt><dd>${shortTime(this.contact.lastOutboundAt)}</dd>` : nothing}</dl></section>` : nothing}
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
