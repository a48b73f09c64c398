import { html, nothing } from 'lit';
import { Problem, meanwhile, newKey, passing, post } from './api.js';
import { t } from './i18n.js';
import { avatar, badge, icon, ticketState } from './marks.js';
import { called, nameOf, phone } from './format.js';
import { logView } from './thread-log.js';
import { askAgain, lightbox, reactionBox } from './message-dialogs.js';
import { complain, here, mended, onKey, soon } from './shell.js';
import { asMe } from './agents.js';
import { accepted, changes, draftOf, dropUnsent, keepUnsent } from './drafts.js';
import { Conversation } from './conversation.js';
import './composer.js';

/** What was sent and is not with the customer, nor on its way. */
const NOT_THERE = ['failed', 'unknown', 'cancelled'];

/** One conversation: its messages by day, the newest at the bottom, and the composer. */
export class HdThread extends Conversation {
  static properties = { open: { state: true }, shown: { state: true }, reacting: { state: true }, asking: { state: true } };

  constructor() {
    super();
    this.onDraft = e => { if (e.detail === this.of) this.requestUpdate(); };
    this.onKeydown = e => this.key(e);
    this.onFocus = () => this.markRead();
  }

  clean() {
    super.clean();
    this.open = new Set();
    this.shown = this.reacting = this.asking = null;
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    changes.addEventListener('change', this.onDraft);
    document.addEventListener('keydown', this.onKeydown);
    addEventListener('focus', this.onFocus);
    this.redraw = setInterval(() => this.requestUpdate(), 30000);
  }

  disconnectedCallback() {
    changes.removeEventListener('change', this.onDraft);
    document.removeEventListener('keydown', this.onKeydown);
    removeEventListener('focus', this.onFocus);
    clearInterval(this.redraw);
    super.disconnectedCallback();
  }

  /** Another ticket of the same customer: the messages are here already. */
  goOn() {
    this.unread = this.conversation.unreadCount;
    this.mark();
    this.toBottom();
  }

  get scroller() { return this.querySelector('.log'); }
  get atBottom() { return !this.scroller || Math.abs(this.scroller.scrollTop) < 80; }

  async addNote(conversation, { text, key }) {
    await meanwhile(asMe().then(author => post(`/tickets/${conversation.id}/notes`, { text, ...author }, { key })));
    if (conversation.id !== this.conversation?.id) return;
    await this.loadNotes();
    if (this.scroller) this.scroller.scrollTop = 0;
  }

  scrolled() {
    if (this.atBottom && this.below) { this.below = 0; this.markRead(); }
    const box = this.scroller;
    if (box.scrollHeight - Math.abs(box.scrollTop) - box.clientHeight < 800) this.older();
  }

  toBottom() {
    if (this.scroller) this.scroller.scrollTop = 0;
    this.below = 0;
    this.markRead();
  }

  async jump(id) {
    const { of } = this;
    for (let tries = 0; tries < 10 && of === this.of && !this.messages.some(m => m.id === id) && this.next; tries++) await this.older();
    await this.updateComplete;
    if (of !== this.of) return;
    const target = this.querySelector(`.msg[data-id="${CSS.escape(id)}"]`);
    if (!target) { complain(t('message.tooOld')); return; }
    target.scrollIntoView({ block: 'center' });
    target.focus({ preventScroll: true });
    target.classList.remove('flash');
    void target.offsetWidth;
    target.classList.add('flash');
  }

  reply(note = false) { this.querySelector('hd-composer')?.focusText(note); }

  quote(m) { this.querySelector('hd-composer')?.quote(m); }

  key(e) {
    const log = e.target.closest?.('.log');
    if (log && this.contains(log) && ['ArrowUp', 'ArrowDown'].includes(e.key) && !e.target.closest('audio, video, summary, pre')) {
      const all = [...this.querySelectorAll('.msg')];
      const at = all.indexOf(document.activeElement.closest('.msg'));
      const next = at < 0 ? all.at(-1) : all[at + (e.key === 'ArrowDown' ? 1 : -1)];
      if (next) { e.preventDefault(); next.focus(); next.scrollIntoView({ block: 'nearest' }); }
    } else if (onKey(e) && !this.quiet) {
      const focused = document.activeElement?.closest('.msg');
      if (e.key.toLowerCase() === 'q' && focused && this.contains(focused)) {
        const m = this.messages.find(other => other.id === focused.dataset.id);
        if (m?.wamid) { e.preventDefault(); this.quote(m); }
      } else if (e.key.toLowerCase() === 's') {
        e.preventDefault();
        this.toggleSolved();
      }
    }
  }

  toggleSolved() {
    const done = ['solved', 'closed'].includes(this.conversation.status);
    this.dispatchEvent(new CustomEvent('ticket-change', { detail: { status: done ? 'open' : 'solved' } }));
  }

  acts() {
    return {
      trace: here.trace, contact: this.conversation.contact, templates: this.templates, ownReactions: this.ownReactions(),
      jump: id => this.jump(id), quote: m => this.quote(m), retry: m => this.retry(m),
      edit: m => this.querySelector('hd-composer')?.take(m.text), react: m => { this.reacting = m; this.showDialog('#react'); },
      details: m => { const open = new Set(this.open); if (!open.delete(m.id)) open.add(m.id); this.open = open; },
      open: m => { this.shown = m; this.showDialog('#light'); },
      refetch: m => post(`/media/${m.media.id}/retry`).then(() => { mended('media ' + m.id); this.refresh(m.id); }, fault => complain(t('media.notAgain', { why: fault.message }), 'media ' + m.id)),
    };
  }

  // What we put on messages of the customer; the newest of ours on a message counts, unless it did not get there.
  ownReactions() {
    const own = new Map();
    this.messages.filter(m => m.type === 'reaction' && m.direction === 'outbound' && !NOT_THERE.includes(m.status)).forEach(m => own.set(m.payload.reaction?.message_id, m.payload.reaction?.emoji || null));
    return own;
  }

  async showDialog(which) {
    this.returnTo = document.activeElement;
    await this.updateComplete;
    this.querySelector(which)?.showModal();
  }

  closeDialog() {
    this.shown = this.reacting = this.asking = null;
    this.returnTo?.focus?.();
  }

  retry(m) {
    if (m.status === 'unknown') { this.asking = m; this.showDialog('#ask'); } else this.sendAgain(m);
  }

  async sendAgain(m) {
    try {
      await post(`/messages/${m.id}/retry`);
      mended('message ' + m.id);
      await this.refresh(m.id);
    } catch (fault) { complain(t('fail.notAgain', { why: fault.message }), 'message ' + m.id); }
  }

  async react(emoji) {
    const m = this.reacting;
    this.querySelector('#react')?.close();
    const now = this.ownReactions().get(m.wamid);
    await this.post(this.conversation, { type: 'reaction', reaction: { message_id: m.wamid, emoji: now === emoji ? '' : emoji } });
  }

  /** Sends to the customer of this conversation, whichever is open when the answer comes. */
  post(conversation, body, text) {
    return this.attempt(draftOf(conversation), { key: newKey(), ticketId: conversation.id, body, text, at: new Date().toISOString() });
  }

  /** What is not accepted yet stands at the end of its log, and is kept. A second try has the same key and so sends once. */
  async attempt(draft, entry, again = false) {
    entry.fault = null;
    keepUnsent(draft, entry);
    try {
      if (!entry.author) {
        entry.author = await asMe();
        keepUnsent(draft, entry);
      }
      const message = await post('/messages', { ticketId: entry.ticketId, ...entry.author, ...entry.body }, { key: entry.key });
      entry.id = message.id;
      accepted(draft, entry);
      if (this.of === draft.key) await this.refresh(entry.id);
      if (this.of !== draft.key) { dropUnsent(draft, entry); return; }
      if (this.scroller) this.scroller.scrollTop = 0;
      this.newFrom = null;
    } catch (fault) {
      if (!again && !(fault instanceof Problem && passing(fault))) { dropUnsent(draft, entry); throw fault; }
      entry.fault = fault;                               // with its own retry
      keepUnsent(draft, entry);
    }
  }

  render() {
    const c = this.conversation;
    if (!c) return nothing;
    const done = ['solved', 'closed'].includes(c.status), deed = t(done ? 'ticket.reopen' : 'ticket.solve');
    return html`<div class="thread-head">${this.quiet ? nothing : html`<a class="btn quiet icon only-stack" href="#/inbox" aria-label=${t('act.back')}>${icon('back')}</a>`}${avatar(c.contact)}
        <div class="who"><h1><bdi class="cut">${nameOf(c.contact)}</bdi>${badge(c.contact)}</h1><p class="sub">${ticketState(c.status)}<span class="cut num">${c.contact?.phone && called(c.contact) ? html`<bdi>${phone(c.contact)}</bdi> · ` : nothing}T-${c.id}</span>${c.subject ? html`<span class="no-stack">·</span><bdi class="cut no-stack">${c.subject}</bdi>` : nothing}</p></div>
        ${this.quiet ? html`<a class="btn no-stack" href="#/inbox/${c.id}">${icon('inbox')}${t('act.open')}</a>` : html`<button class="btn solve" type="button" aria-label=${deed} title="${deed} (S)" @click=${this.toggleSolved}>${icon(done ? 'retry' : 'check', 'i-sm')}<span class="no-stack">${deed}</span></button><button class="btn quiet icon only-narrow panel-button" type="button" aria-label=${t('panel.label')} @click=${() => this.dispatchEvent(new CustomEvent('panel'))}>${icon('panel')}</button>`}</div>
      <div class="log-wrap">
        <div class="scroll log" role="log" aria-live="polite" aria-label=${t('thread.messages')} tabindex="0" @scroll=${this.scrolled}><div class="log-inner">${this.log()}</div></div>
        ${this.below ? html`<div class="below"><button class="btn primary small" type="button" @click=${this.toBottom}>${icon('down', 'i-sm')}${t('thread.below', { n: this.below })}</button></div>` : nothing}
      </div>
      <hd-composer .conversation=${c} .quiet=${this.quiet} .send=${(conversation, body, text) => this.post(conversation, body, text)} .keepNote=${(conversation, note) => this.addNote(conversation, note)}></hd-composer>
      ${this.shown ? lightbox(this.shown, this.closeDialog) : nothing}
      ${this.reacting ? reactionBox(emoji => this.react(emoji).catch(fault => complain(fault.message)), this.closeDialog) : nothing}
      ${this.asking ? askAgain(c.contact, () => this.sendAgain(this.asking), this.closeDialog) : nothing}`;
  }

  log() {
    if (this.state === 'loading') return html`<span class="sr" role="status">${t('thread.loading')}</span><span class="sk b1"></span><span class="sk b2"></span><span class="sk b1 out"></span><span class="sk b2 out"></span>`;
    if (this.state === 'failed') return html`<div class="empty" role="alert">${icon('warn')}<h3>${t('thread.failed')}</h3><p>${this.fault.message}</p><button class="btn" type="button" @click=${() => { this.state = 'loading'; this.latest(); }}>${icon('retry')}${t('act.again')}</button></div>`;
    const { messages, notes, newFrom, open, draft } = this;
    return logView({ messages, notes, more: !!this.next, newFrom, open, acts: this.acts(), unsent: draft.unsent,
      tryAgain: entry => this.attempt(draft, entry, true), drop: entry => dropUnsent(draft, entry) });
  }

  updated() { if (this.quiet) return; soon(() => { if (this.state === 'ready' && this.next && this.scroller && this.scroller.scrollHeight <= this.scroller.clientHeight + 10) this.older(); }); }
}

customElements.define('hd-thread', HdThread);
