import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { get, meanwhile, passing, patch } from './api.js';
import { t } from './i18n.js';
import { live } from './live.js';
import { complain, go, mended, onKey, soon, toast, viewed } from './shell.js';
import { icon } from './marks.js';
import { asMe } from './agents.js';
import './list.js';
import './thread.js';
import './panel.js';

/** The inbox: list, conversation, panel; side by side when there is room, one at a time when there is not. */
class HdInbox extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, mode: {}, conversation: { state: true }, panel: { state: true }, composing: { state: true } };

  constructor() {
    super();
    this.conversation = null;
    this.panel = false;
    this.onKeydown = e => this.key(e);
    this.onEvent = e => this.event(e.detail);
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
      if (this.ticketId === id && this.conversation?.id !== id) this.conversation = found;        // the list may have told of it meanwhile
    } catch (fault) {
      if (fault.status === 404 && this.ticketId === id) { go('inbox', true); complain(t('inbox.gone')); }
    }
  }

  /** The list asks for what is open also while it shows no row of it. */
  event(event) {
    const open = this.conversation;
    if (event.type === 'data.removed') this.removed();
    else if (event.type === 'contact.changed' && open && event.contactId === open.contactId) this.list?.change(open.id);
  }

  /** Simulated data went: also what is open, unless a real customer wrote it. */
  async removed() {
    const id = this.ticketId;
    if (!id) return;
    try { await get(`/tickets/${encodeURIComponent(id)}`); } catch (fault) {
      if (fault.status !== 404 || id !== this.ticketId) return;
      go('inbox', true);
      toast(t('inbox.removed'));
    }
  }

  get list() { return this.querySelector('hd-list'); }
  get thread() { return this.querySelector('hd-thread'); }

  rowChanged(e) {
    if (e.detail.id === this.ticketId) this.conversation = e.detail;
  }

  /** State, assignee or subject of a ticket, whichever is open when the answer comes. Whether it is so now; a refusal is told until it is. */
  async change(id, change) {
    const [field] = Object.keys(change), about = `T-${id}`;
    try {
      const now = await meanwhile(asMe().then(actor => patch(`/tickets/${id}`, { ...change, ...actor })));
      if (this.ticketId === id) this.conversation = now;
      this.list?.put(now);
      mended(`${about} ${field}`);
      if (change.status) toast(t('ticket.now', { id, status: t('ticket.' + now.status) }), { about, shown: this.ticketId === id });
      return true;
    } catch (fault) {
      const why = fault.body?.errors?.map(error => error.message).join('. ') || fault.message;
      const not = t('ticket.not.' + (change.status ?? field), { why });
      complain(this.ticketId === id ? not : t('ticket.unchanged', { id, not }), `${about} ${field}`);
      return passing(fault) ? null : false;
    }
  }

  async compose() {
    try {
      await import('./compose-new.js');
      this.composing = true;
    } catch { toast(t('fault.offline'), { bad: true }); }
  }

  async togglePanel() {
    this.panel = !this.panel;
    viewed();
    await this.updateComplete;
    soon(() => (this.panel ? this.querySelector('.panel .panel-head .btn') : this.querySelector('.thread-head .panel-button'))?.focus());
  }

  key(e) {
    if (e.key === 'Escape' && !e.target.closest?.('input, textarea') && !document.querySelector('dialog[open]')) {
      if (this.panel) this.panel = false; else if (this.ticketId) go('inbox');
      return;
    }
    if (!onKey(e)) return;
    const act = { j: () => this.list.move(1), k: () => this.list.move(-1), '/': () => this.list.search(), r: () => this.thread?.reply(), n: () => this.thread?.reply(true),
      i: () => this.togglePanel(), c: () => this.compose() }[e.key.toLowerCase()];
    if (act) { e.preventDefault(); act(); }
  }

  render() {
    const open = this.conversation;
    return html`<div class="app" data-view=${this.ticketId ? this.panel ? 'panel' : 'thread' : 'list'}>
      ${this.rail}
      <hd-list class="list" role=${this.ticketId ? 'region' : 'main'} aria-label=${t('list.label')} .selected=${this.ticketId} .mode=${this.mode} @row-changed=${this.rowChanged} @compose=${this.compose}></hd-list>
      ${open ? html`<hd-thread class="thread" role=${this.panel && matchMedia('(max-width: 759px)').matches ? 'region' : 'main'} aria-label=${t('thread.label')} .conversation=${open} @panel=${this.togglePanel} @ticket-change=${e => this.change(open.id, e.detail)}></hd-thread>
          ${repeat([open], () => open.id, () => html`<hd-panel class="panel" role=${this.panel && matchMedia('(max-width: 759px)').matches ? 'main' : 'complementary'} tabindex="0" aria-label=${t('panel.label')} .conversation=${open} .save=${(id, change) => this.change(id, change)} @back=${this.togglePanel}></hd-panel>`)}`
        : html`<section class="thread alone" aria-label=${t('thread.messages')}><div class="voidpane"><div class="empty">${icon('brand')}<h2>${this.ticketId ? t('thread.loading') : t('thread.none')}</h2>${this.ticketId ? nothing : html`<p><span class="kbd">J</span> <span class="kbd">K</span> ${t('thread.noneMove')} <span class="kbd">↵</span> ${t('thread.noneOpen')} <span class="kbd">?</span> ${t('thread.noneKeys')}</p>`}</div></div></section>`}
      ${this.composing ? html`<hd-compose-new @done=${() => { this.composing = false; }}></hd-compose-new>` : nothing}
    </div>`;
  }
}

customElements.define('hd-inbox', HdInbox);
