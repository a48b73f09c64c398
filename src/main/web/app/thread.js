import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Problem, content, get, passing, post, query } from './api.js';
import { live } from './live.js';
import { bytes, clock, dayKey, dayName, t } from './i18n.js';
import { avatar, badge, icon, ticketState } from './marks.js';
import { nameOf, phone, plain } from './format.js';
import { bubble } from './message.js';
import { complain, here, onKey, soon } from './shell.js';
import { templates } from './templates.js';
import { asMe } from './agents.js';
import { accepted, changes, draftOf, dropUnsent, keepUnsent, keyOf } from './drafts.js';
import './composer.js';

const PAGE = 50;
/** Pages that are read again after a break; who has loaded more goes on from there by scrolling. */
const MOST_PAGES = 20;
/** Up to so many messages are asked for one by one. */
const FEW = 8;
const AGAIN_MS = 2000;
const REACTIONS = ['👍', '❤️', '😂', '🙏', '✅', '😢'];

const inOrder = (a, b) => a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : Number(a.id) - Number(b.id);

/** One conversation: its messages by day, the newest at the bottom, and the composer. */
export class HdThread extends LitElement {
  static properties = { conversation: {}, quiet: {}, messages: { state: true }, state: { state: true }, open: { state: true }, shown: { state: true }, reacting: { state: true }, asking: { state: true }, below: { state: true }, templates: { state: true }, notes: { state: true } };

  constructor() {
    super();
    this.clean();
    this.templates = [];
    this.onEvent = e => this.event(e.detail);
    this.onReset = () => { this.latest(); this.loadNotes(); };
    this.onDraft = e => { if (e.detail === this.of) this.requestUpdate(); };
    this.onKeydown = e => this.key(e);
    this.onFocus = () => this.markRead();
  }

  clean() {
    this.messages = [];
    this.notes = [];
    this.state = 'loading';
    this.next = null;
    this.open = new Set();
    this.shown = null;
    this.newFrom = null;
    this.below = 0;
    this.wanted = new Set();
    clearTimeout(this.rereading);
    this.rereading = undefined;
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('event', this.onEvent);
    live.addEventListener('reset', this.onReset);
    changes.addEventListener('change', this.onDraft);
    document.addEventListener('keydown', this.onKeydown);
    addEventListener('focus', this.onFocus);
    this.redraw = setInterval(() => this.requestUpdate(), 30000);
  }

  disconnectedCallback() {
    live.removeEventListener('event', this.onEvent);
    live.removeEventListener('reset', this.onReset);
    changes.removeEventListener('change', this.onDraft);
    document.removeEventListener('keydown', this.onKeydown);
    removeEventListener('focus', this.onFocus);
    clearInterval(this.redraw);
    [this.pendingTimer, this.rereading].forEach(clearTimeout);
    super.disconnectedCallback();
  }

  willUpdate(changed) {
    const of = this.conversation && keyOf(this.conversation);
    if (of && this.of !== of) {
      this.of = of;
      this.clean();
      this.draft.unsent.filter(entry => entry.id).forEach(entry => dropUnsent(this.draft, entry));
      this.unread = this.conversation.unreadCount;
      this.latest();
    }
    if (changed.has('conversation') && this.conversation && this.notesOf !== this.conversation.id) {
      this.notesOf = this.conversation.id;
      this.loadNotes();
    }
  }

  get filter() { return { contactId: this.conversation.contactId, phoneNumberId: this.conversation.phoneNumberId }; }

  /** Reads the newest; of an open conversation everything that is loaded, so that a break in the line leaves neither a hole nor an old tick. */
  async latest() {
    const of = this.of;
    if (this.reading === of) { this.reread(); return; }
    this.reading = of;
    const first = this.state !== 'ready', oldest = this.messages[0], before = new Set(this.messages);
    const found = [];
    let next = null;
    try {
      do {
        const page = await get('/messages' + query({ ...this.filter, limit: PAGE, cursor: next }));
        if (of !== this.of) return;
        found.push(...page.data);
        next = page.next;
      } while (!first && next && found.length < MOST_PAGES * PAGE && oldest && inOrder(oldest, found.at(-1)) < 0);
    } catch (fault) {
      if (of !== this.of) return;
      if (first) { this.state = 'failed'; this.fault = fault; } else if (passing(fault)) this.reread();
      return;
    } finally {
      if (this.reading === of) this.reading = null;
    }
    if (first) {
      this.messages = [];
      this.next = next;
      this.merge(found);
      this.state = 'ready';
      this.mark();
      this.markRead();
    } else {
      const meanwhile = this.messages.filter(m => !before.has(m) && (!next || inOrder(m, found.at(-1)) > 0));
      this.next = next;
      this.take([...found, ...meanwhile], new Set([...found, ...meanwhile].map(m => m.id)));
    }
  }

  reread() { this.rereading ??= setTimeout(() => { this.rereading = undefined; this.latest(); }, AGAIN_MS); }

  // Where what nobody has read yet begins; it stays while the conversation is open.
  mark() {
    const inbound = this.messages.filter(m => m.direction === 'inbound' && m.type !== 'reaction' && m.type !== 'system');
    this.newFrom = this.unread > 0 ? inbound.at(-Math.min(this.unread, inbound.length))?.id ?? null : null;
  }

  async loadNotes() {
    const id = this.conversation?.id;
    if (!id) return;
    try {
      const page = await get(`/tickets/${id}/notes` + query({ limit: 100 }));
      if (id === this.conversation?.id) this.notes = page.data;
    } catch { /* an event asks again */ }
  }

  async addNote(conversation, text) {
    await post(`/tickets/${conversation.id}/notes`, { text });
    if (conversation.id !== this.conversation?.id) return;
    await this.loadNotes();
    if (this.scroller) this.scroller.scrollTop = 0;
  }

  async older() {
    if (!this.next || this.loadingOlder) return;
    this.loadingOlder = true;
    const of = this.of, from = this.next;
    try {
      const page = await get('/messages' + query({ ...this.filter, limit: PAGE, cursor: from }));
      if (of === this.of && from === this.next) { this.next = page.next; this.merge(page.data); }
    } catch { /* scrolling there again asks again */ }
    this.loadingOlder = false;
  }

  /** Only what belongs here: an answer may come when another conversation is open. */
  merge(some) {
    const ours = some.filter(m => m.contactId === this.conversation?.contactId && m.phoneNumberId === this.conversation.phoneNumberId);
    const byId = new Map(this.messages.map(m => [m.id, m]));
    ours.forEach(m => byId.set(m.id, m));
    this.messages = [...byId.values()].sort(inOrder);
    this.draft.unsent.filter(entry => entry.id && byId.has(entry.id)).forEach(entry => dropUnsent(this.draft, entry));
    if (ours.some(m => m.type === 'template') && !this.templates.length) templates().then(found => { this.templates = found.data; }, () => {});
    this.watchPending();
  }

  /** What came while the conversation is open; with `all` nothing else is left of it. */
  take(found, all) {
    const known = new Set(this.messages.map(m => m.id));
    const fresh = found.filter(m => !known.has(m.id) && m.direction === 'inbound').length;
    if (all) this.messages = this.messages.filter(m => all.has(m.id));
    this.merge(found);
    if (!all) found.filter(m => m.type === 'reaction' && m.contextWamid).map(m => this.messages.find(other => other.wamid === m.contextWamid)?.id).filter(Boolean).forEach(id => this.refresh(id));
    if (!fresh) return;
    if (this.atBottom) this.markRead(); else this.below += fresh;
  }

  get draft() { return draftOf(this.conversation); }

  // A file that is on its way changes without an event of ours when another replica fetched it.
  watchPending() {
    clearTimeout(this.pendingTimer);
    const pending = this.messages.filter(m => m.media?.state === 'pending').slice(-5);
    if (pending.length) this.pendingTimer = setTimeout(() => pending.forEach(m => this.refresh(m.id)), 3000);
  }

  event(event) {
    if (!this.conversation || event.contactId !== this.conversation.contactId) return;
    if (event.type === 'data.removed') return;
    if (event.type === 'ticket.changed' && event.ticketId === this.conversation.id) this.loadNotes();
    if (event.messageId) {
      this.want(event.messageId);
    }
  }

  want(id, after = 60) {
    this.wanted.add(id);
    this.timer ??= setTimeout(() => this.fetchWanted(), after);
  }

  async fetchWanted() {
    this.timer = undefined;
    const ids = [...this.wanted];
    this.wanted.clear();
    if (!ids.length) return;
    if (ids.length > Math.max(FEW, this.messages.length / PAGE)) { await this.latest(); return; }      // fewer requests than one for each
    const found = (await Promise.all(ids.map(id => this.fetch(id)))).filter(m => m && m.contactId === this.conversation?.contactId && m.phoneNumberId === this.conversation.phoneNumberId);
    if (found.length) this.take(found);
  }

  /** A message, or null; what did not come because the line is down is asked for again. */
  async fetch(id) {
    const of = this.of;
    try { return await get(`/messages/${id}`); } catch (fault) {
      if (of === this.of && passing(fault)) this.want(id, AGAIN_MS);
      return null;
    }
  }

  async refresh(id) {
    const found = await this.fetch(id);
    if (found && this.conversation) this.merge([found]);
  }

  get scroller() { return this.querySelector('.log'); }
  get atBottom() { return !this.scroller || Math.abs(this.scroller.scrollTop) < 80; }

  markRead() {
    const c = this.conversation;
    if (!c || this.quiet || document.visibilityState !== 'visible' || !document.hasFocus() || this.state !== 'ready') return;
    const last = this.messages.filter(m => m.direction === 'inbound').at(-1)?.id;
    if (!last || this.readUpTo === last && c.unreadCount === 0) return;
    this.readUpTo = last;
    post(`/tickets/${c.id}/read`, { upTo: last }).catch(() => { this.readUpTo = null; });
  }

  scrolled() {
    if (this.atBottom && this.below) { this.below = 0; this.markRead(); }
    const box = this.scroller;
    if (box.scrollHeight - Math.abs(box.scrollTop) - box.clientHeight < 800) this.older();
  }

  toBottom() {
    this.scroller.scrollTop = 0;
    this.below = 0;
    this.markRead();
  }

  async jump(id) {
    for (let tries = 0; tries < 10 && !this.messages.some(m => m.id === id) && this.next; tries++) await this.older();
    await this.updateComplete;
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
      refetch: m => post(`/media/${m.media.id}/retry`).then(() => this.refresh(m.id), fault => complain(fault.message || t('fault.offline'))),
    };
  }

  // What we put on messages of the customer; the newest of ours on a message counts.
  ownReactions() {
    const own = new Map();
    this.messages.filter(m => m.type === 'reaction' && m.direction === 'outbound').forEach(m => own.set(m.payload.reaction?.message_id, m.payload.reaction?.emoji || null));
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
      await this.refresh(m.id);
    } catch (fault) { complain(fault.message || t('fault.offline')); }
  }

  async react(emoji) {
    const m = this.reacting;
    this.querySelector('#react')?.close();
    const now = this.ownReactions().get(m.wamid);
    await this.post(this.conversation, { type: 'reaction', reaction: { message_id: m.wamid, emoji: now === emoji ? '' : emoji } });
  }

  /** Sends to the customer of this conversation, whichever is open when the answer comes. */
  post(conversation, body, text) {
    return this.attempt(draftOf(conversation), { key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, ticketId: conversation.id, body, text, at: new Date().toISOString() });
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
    const done = ['solved', 'closed'].includes(c.status);
    return html`<div class="thread-head">${this.quiet ? nothing : html`<a class="btn quiet icon only-stack" href="#/inbox" aria-label=${t('act.back')}>${icon('back')}</a>`}${avatar(c.contact)}
        <div class="who"><h1><bdi class="cut">${nameOf(c.contact)}</bdi>${badge(c.contact)}</h1><p class="sub"><span class="cut num">${c.contact?.phone ? html`<bdi>${phone(c.contact)}</bdi> · ` : nothing}T-${c.id}</span>${c.subject ? html`<span class="no-stack">·</span><bdi class="cut no-stack">${c.subject}</bdi>` : nothing}</p></div>
        ${this.quiet ? html`<a class="btn no-stack" href="#/inbox/${c.id}">${icon('inbox')}${t('act.open')}</a>` : html`<span class="no-stack">${ticketState(c.status)}</span><button class="btn no-stack" type="button" @click=${this.toggleSolved}>${icon(done ? 'retry' : 'check', 'i-sm')}${t(done ? 'ticket.reopen' : 'ticket.solve')}</button><button class="btn quiet icon only-narrow panel-button" type="button" aria-label=${t('panel.label')} @click=${() => this.dispatchEvent(new CustomEvent('panel'))}>${icon('panel')}</button>`}</div>
      <div class="log-wrap">
        <div class="scroll log" role="log" aria-live="polite" aria-label=${t('thread.messages')} tabindex="0" @scroll=${this.scrolled}><div class="log-inner">${this.log()}</div></div>
        ${this.below ? html`<div class="below"><button class="btn primary small" type="button" @click=${this.toBottom}>${icon('down', 'i-sm')}${t('thread.below', { n: this.below })}</button></div>` : nothing}
      </div>
      <hd-composer .conversation=${c} .quiet=${this.quiet} .send=${(conversation, body, text) => this.post(conversation, body, text)} .keepNote=${(conversation, text) => this.addNote(conversation, text)}></hd-composer>
      ${this.lightbox()}${this.reactionBox()}${this.ask()}`;
  }

  log() {
    if (this.state === 'loading') return html`<span class="sr" role="status">${t('thread.loading')}</span><span class="sk b1"></span><span class="sk b2"></span><span class="sk b1 out"></span><span class="sk b2 out"></span>`;
    if (this.state === 'failed') return html`<div class="empty" role="alert">${icon('warn')}<h3>${t('thread.failed')}</h3><p>${this.fault.message || t('fault.offline')}</p><button class="btn" type="button" @click=${() => { this.state = 'loading'; this.latest(); }}>${icon('retry')}${t('act.again')}</button></div>`;
    const acts = this.acts();
    const known = new Set(this.messages.map(m => m.wamid));
    let day = null, ticket = null, side = null, time = 0;
    const entries = [];
    const oldest = this.next ? this.messages[0]?.sentAt ?? '' : '';
    const notes = this.notes.filter(note => note.createdAt >= oldest).sort((a, b) => a.createdAt < b.createdAt ? -1 : 1);
    const all = [...this.messages, ...notes.map(note => ({ note, id: 'note' + note.id, sentAt: note.createdAt }))].sort((a, b) => a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : 0);
    for (const m of all) {
      const hidden = m.type === 'reaction' && known.has(m.contextWamid ?? m.payload?.reaction?.message_id);
      if (dayKey(m.sentAt) !== day) { day = dayKey(m.sentAt); side = null; entries.push({ key: 'day' + day, show: html`<div class="day" role="separator"><span>${dayName(m.sentAt)}</span></div>` }); }
      if (m.note) {
        side = null;
        entries.push({ key: m.id, show: html`<div class="note">${icon('lock')}<div><div class="by"><span><bdi>${m.note.author}</bdi> · ${t('thread.note')}</span><time datetime=${m.sentAt}>${clock(m.sentAt)}</time></div><p class="text" dir="auto">${m.note.text}</p></div></div>` });
        continue;
      }
      if (m.ticketId && m.ticketId !== ticket) {
        if (ticket || !this.next) { side = null; entries.push({ key: 'ticket' + m.id, show: html`<p class="event">${icon('flag', 'i-sm')}<span>${t('thread.ticket', { id: m.ticketId })} ${t('why.' + (m.ticketReason ?? 'open-ticket'))}</span></p>` }); }
        ticket = m.ticketId;
      }
      if (m.id === this.newFrom) { side = null; entries.push({ key: 'new', show: html`<div class="day new" role="separator"><span>${t('thread.new')}</span></div>` }); }
      if (hidden) continue;
      if (m.type === 'reaction') { side = null; entries.push({ key: m.id, show: html`<p class="event"><span>${t(m.text ? 'message.reactedOld' : 'message.unreactedOld', { emoji: m.text ?? '' })}</span></p>` }); continue; }
      if (m.type === 'system') { side = null; entries.push({ key: m.id, show: html`<p class="event">${icon('info', 'i-sm')}<bdi>${m.text ?? t('kind.system')}</bdi></p>` }); continue; }
      const at = Date.parse(m.sentAt);
      const who = `${m.direction} ${m.author?.kind} ${m.author?.name}`;
      const first = who !== side || at - time > 300000;
      side = who;
      time = at;
      entries.push({ key: m.id, show: bubble(m, { first, acts, open: this.open.has(m.id) }) });
    }
    return html`${this.next ? html`<p class="event">${t('thread.older')}</p>` : nothing}${repeat(entries, e => e.key, e => e.show)}${repeat(this.draft.unsent, entry => entry.key, entry => this.underWay(entry))}`;
  }

  underWay(entry) {
    const { fault } = entry;
    return html`<div class="msg out first"><div class="bubble"><div class="text" dir="auto">${entry.text ?? t('kind.' + (entry.body.type ?? 'text'))}</div><span class="stamp"><span class="tick" data-t="queued" role="img" aria-label=${t('tick.posting')}><svg viewBox="0 0 14 14"><circle cx="7" cy="7" r="5.2" stroke-dasharray="2 2"/></svg></span></span></div>
      ${fault ? html`<div class="fail" role="alert">${icon('offline')}<div><b>${t('fail.notAccepted')}</b> ${fault.stored ? nothing : fault.message || t('fault.offline')} ${t('fail.kept')}</div><div class="acts"><button class="btn small" type="button" @click=${() => this.attempt(this.draft, entry, true)}>${icon('retry', 'i-sm')}${t('act.again')}</button><button class="btn small quiet" type="button" @click=${() => dropUnsent(this.draft, entry)}>${t('act.discard')}</button></div></div>` : nothing}</div>`;
  }

  lightbox() {
    const m = this.shown;
    if (!m) return nothing;
    const url = content(m.media.id), what = m.media.mimeType?.startsWith('video') ? 'video' : 'image';
    return html`<dialog class="light" id="light" aria-label=${t('kind.' + what)} @close=${this.closeDialog} @click=${e => { if (e.target.id === 'light') e.target.close(); }}><figure>
      ${what === 'video' ? html`<video src=${url} controls autoplay></video>` : html`<img src=${url} alt=${m.text ? plain(m.text) : t('kind.image')}>`}
      <figcaption><span>${m.text ? html`<bdi>${plain(m.text)}</bdi> · ` : nothing}${m.media.mimeType} · ${bytes(m.media.size)}</span><a class="btn" href=${url} download>${icon('download')}${t('act.download')}</a><button class="btn" type="button" @click=${e => e.target.closest('dialog').close()}>${icon('x')}${t('act.close')}</button></figcaption></figure></dialog>`;
  }

  reactionBox() {
    return this.reacting ? html`<dialog class="box" id="react" aria-label=${t('act.react')} @close=${this.closeDialog}><div><h2>${t('act.react')}</h2><div class="acts">${REACTIONS.map(emoji => html`<button class="btn" type="button" @click=${() => this.react(emoji).catch(fault => complain(fault.message))}>${emoji}</button>`)}<button class="btn quiet" type="button" @click=${e => e.target.closest('dialog').close()}>${t('act.cancel')}</button></div></div></dialog>` : nothing;
  }

  ask() {
    const m = this.asking;
    return m ? html`<dialog class="box" id="ask" aria-labelledby="ask-title" @close=${this.closeDialog}><div><h2 id="ask-title">${t('fail.askTitle')}</h2><p class="sm">${t('fail.askText', { name: nameOf(this.conversation.contact) })}</p>
      <div class="acts"><button class="btn quiet" type="button" @click=${e => e.target.closest('dialog').close()}>${t('fail.leave')}</button><button class="btn primary" type="button" @click=${e => { this.sendAgain(m); e.target.closest('dialog').close(); }}>${t('fail.sendAgain')}</button></div></div></dialog>` : nothing;
  }

  updated() { if (this.quiet) return; soon(() => { if (this.state === 'ready' && this.next && this.scroller && this.scroller.scrollHeight <= this.scroller.clientHeight + 10) this.older(); }); }
}

customElements.define('hd-thread', HdThread);
