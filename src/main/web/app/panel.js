import { LitElement, html, nothing } from 'lit';
import { get, query } from './api.js';
import { fullTime, listTime, shortTime, t, has } from './i18n.js';
import { avatar, badge, icon, ticketState, windowMark } from './marks.js';
import { nameOf, phone } from './format.js';
import { toast } from './shell.js';

const KINDS = { wa_id: ['phone', 'identity.number'], phone: ['phone', 'identity.number'], bsuid: ['hash', 'identity.bsuid'], parent_bsuid: ['hash', 'identity.parent'], username: ['at', 'identity.username'] };

/** Who it is and what it is about: ticket, the names that lead here, other tickets. */
class HdPanel extends LitElement {
  static properties = { conversation: {}, tickets: { state: true } };

  constructor() {
    super();
    this.tickets = [];
  }

  createRenderRoot() { return this; }

  willUpdate(changed) {
    if (changed.has('conversation') && this.conversation && (this.of !== this.conversation.contactId || this.count !== this.conversation.status)) {
      this.of = this.conversation.contactId;
      this.count = this.conversation.status;
      this.load(this.of);
    }
  }

  async load(contactId) {
    try {
      const page = await get('/tickets' + query({ contactId, limit: 10 }));
      if (contactId === this.of) this.tickets = page.data;
    } catch { /* the rest of the panel stands without */ }
  }

  async copy(text) {
    try { await navigator.clipboard.writeText(text); toast(t('panel.copied')); } catch { toast(t('panel.notCopied'), { bad: true }); }
  }

  render() {
    const c = this.conversation;
    if (!c) return nothing;
    const contact = c.contact;
    const reason = 'reason.' + c.reason;
    return html`<div class="panel-head only-narrow"><button class="btn quiet icon" type="button" aria-label=${t('act.backThread')} @click=${() => this.dispatchEvent(new CustomEvent('back'))}>${icon('back')}</button><span class="grow">${t('panel.label')}</span></div>
      <div class="contact">${avatar(contact, 'l')}<div class="grow"><h2><bdi class="cut">${nameOf(contact)}</bdi>${badge(contact)}</h2><p class="xs muted">${contact.lastInboundAt ? t('panel.inbound', { at: shortTime(contact.lastInboundAt) }) : t('panel.neverWrote')}</p></div></div>
      <section class="sect"><h3>${t('panel.ticket', { id: c.id })}</h3><dl class="kv">
        <dt>${t('panel.state')}</dt><dd>${ticketState(c.status)}</dd>
        ${c.subject ? html`<dt>${t('panel.subject')}</dt><dd><bdi>${c.subject}</bdi></dd>` : nothing}
        <dt>${t('panel.opened')}</dt><dd title=${fullTime(c.openedAt)}>${shortTime(c.openedAt)}</dd>
        <dt>${t('panel.why')}</dt><dd>${has(reason) ? t(reason, { id: c.id }) : c.reason}</dd>
        <dt>${t('panel.window')}</dt><dd>${c.windowEndsAt ? windowMark(c.windowEndsAt) : t('window.never')}</dd>
        ${c.simulated ? html`<dt>${t('panel.from')}</dt><dd><span class="chip warn">${t('panel.simulated')}</span></dd>` : nothing}</dl></section>
      <section class="sect"><h3>${t('panel.reach')}</h3><ul class="ids">${(contact.identities ?? []).map(identity => {
        const [name, word] = KINDS[identity.kind] ?? KINDS.bsuid;
        const reply = identity.value === contact.waId || !contact.waId && identity.value === contact.userId;
        const shown = identity.kind === 'wa_id' ? phone({ phone: '+' + identity.value }) : identity.value;
        return html`<li>${icon(name)}<span class="cut num"><bdi>${shown}</bdi></span><button class="btn quiet icon small" type="button" aria-label=${t('panel.copy', { what: shown })} @click=${() => this.copy(identity.kind === 'wa_id' ? '+' + identity.value : identity.value)}>${icon('copy', 'i-sm')}</button><span class="mt">${t(word)}${reply ? ` · ${t('panel.repliesHere')}` : ''}</span></li>`;
      })}</ul>${contact.username ? html`<p class="sm"><span class="chip">@<bdi>${contact.username}</bdi></span></p>` : nothing}</section>
      <section class="sect"><h3>${t('panel.about')}</h3><dl class="kv"><dt>${t('panel.first')}</dt><dd title=${fullTime(contact.firstSeenAt)}>${shortTime(contact.firstSeenAt)}</dd>
        ${contact.lastOutboundAt ? html`<dt>${t('panel.lastOut')}</dt><dd>${shortTime(contact.lastOutboundAt)}</dd>` : nothing}</dl></section>
      ${this.tickets.length > 1 ? html`<section class="sect"><h3>${t('panel.tickets')}</h3><ol class="timeline">${this.tickets.filter(ticket => ticket.id !== c.id).map(ticket => html`<li>${icon('flag')}<span><a href="#/inbox/${ticket.id}">T-${ticket.id}</a> ${ticketState(ticket.status)}<time>${listTime(ticket.lastMessageAt)}</time></span></li>`)}</ol></section>` : nothing}`;
  }
}

customElements.define('hd-panel', HdPanel);
