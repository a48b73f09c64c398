import { LitElement, html, nothing } from 'lit';
import { get, patch } from './api.js';
import { t } from './i18n.js';
import { live } from './live.js';
import { complain, go, onKey, soon, toast } from './shell.js';
import { icon } from './marks.js';
import './list.js';
import './thread.js';
import './panel.js';
import './compose-new.js';

/** The inbox: list, conversation, panel; side by side when there is room, one at a time when there is not. */
class HdInbox extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, conversation: { state: true }, panel: { state: true }, composing: { state: true } };

  constructor() {
    super();
    this.conversation = null;
    this.panel = false;
    this.onKeydown = e => this.key(e);
    this.onEvent = e => { if (e.detail.type === 'data.removed') this.removed(); };
  }

  createRenderRoot() { return this; }
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('keydown', this.onKeydown);
    live.addEventListener('event', this.onEvent);
  }

  disconnectedCallback() {
    document.removeEventListener('keydown', this.onKeydown);
    live.removeEventListener('event', this.onEvent);
    super.disconnectedCallback();
  }

  get ticketId() { return this.at?.rest[0] ?? null; }

  willUpdate(changed) {
    if (changed.has('at') && this.ticketId !== this.conversation?.id) this.load();
  }

  async load() {
    const id = this.ticketId;
    if (!id) { this.conversation = null; this.panel = false; return; }
    this.conversation = this.list?.row(id) ?? null;
    if (this.conversation) return;
    try {
      const found = await get(`/tickets/${encodeURIComponent(id)}`);
      if (this.ticketId === id) this.conversation = found;
    } catch (fault) {
      if (fault.status === 404) { complain(t('inbox.gone')); go('inbox', true); }
    }
  }

  /** Simulated data went: also what is open, unless a real customer wrote it. */
  async removed() {
    const id = this.ticketId;
    if (!id) return;
    try { await get(`/tickets/${encodeURIComponent(id)}`); } catch (fault) {
      if (fault.status !== 404 || id !== this.ticketId) return;
      toast(t('inbox.removed'));
      go('inbox', true);
    }
  }

  get list() { return this.querySelector('hd-list'); }
  get thread() { return this.querySelector('hd-thread'); }

  rowChanged(e) {
    if (e.detail.id === this.ticketId) this.conversation = e.detail;
  }

  /** State, assignee or subject of the ticket; what it was before comes back by the same. */
  async change(change) {
    try {
      const now = this.conversation = await patch(`/tickets/${this.conversation.id}`, change);
      this.list?.put(now);
      if (change.status) toast(t('ticket.now', { id: now.id, status: t('ticket.' + now.status) }));
    } catch (fault) { complain(fault.body?.errors?.map(error => error.message).join('. ') || fault.message || t('fault.offline')); }
  }

  async togglePanel() {
    this.panel = !this.panel;
    await this.updateComplete;
    soon(() => (this.panel ? this.querySelector('.panel .panel-head .btn') : this.querySelector('.thread-head .panel-button'))?.focus());
  }

  key(e) {
    if (e.key === 'Escape' && !e.target.closest?.('dialog, input, textarea')) {
      if (this.panel) this.panel = false; else if (this.ticketId) go('inbox');
      return;
    }
    if (!onKey(e)) return;
    const act = { j: () => this.list.move(1), k: () => this.list.move(-1), '/': () => this.list.search(), r: () => this.thread?.reply(), n: () => this.thread?.reply(true),
      i: () => this.togglePanel(), c: () => { this.composing = true; } }[e.key.toLowerCase()];
    if (act) { e.preventDefault(); act(); }
  }

  render() {
    const open = this.conversation;
    return html`<div class="app" data-view=${this.ticketId ? this.panel ? 'panel' : 'thread' : 'list'}>
      ${this.rail}
      <hd-list class="list" role=${this.ticketId ? 'region' : 'main'} aria-label=${t('list.label')} .selected=${this.ticketId} @row-changed=${this.rowChanged} @compose=${() => { this.composing = true; }}></hd-list>
      ${open ? html`<hd-thread class="thread" role=${this.panel && matchMedia('(max-width: 759px)').matches ? 'region' : 'main'} aria-label=${t('thread.label')} .conversation=${open} @panel=${this.togglePanel} @ticket-change=${e => this.change(e.detail)}></hd-thread>
          <hd-panel class="panel" role=${this.panel && matchMedia('(max-width: 759px)').matches ? 'main' : 'complementary'} tabindex="0" aria-label=${t('panel.label')} .conversation=${open} @back=${this.togglePanel} @ticket-change=${e => this.change(e.detail)}></hd-panel>`
        : html`<section class="thread alone" aria-label=${t('thread.messages')}><div class="voidpane"><div class="empty">${icon('brand')}<h2>${this.ticketId ? t('thread.loading') : t('thread.none')}</h2>${this.ticketId ? nothing : html`<p><span class="kbd">J</span> <span class="kbd">K</span> ${t('thread.noneMove')} <span class="kbd">↵</span> ${t('thread.noneOpen')} <span class="kbd">?</span> ${t('thread.noneKeys')}</p>`}</div></div></section>`}
      ${this.composing ? html`<hd-compose-new @done=${() => { this.composing = false; }}></hd-compose-new>` : nothing}
    </div>`;
  }
}

customElements.define('hd-inbox', HdInbox);
