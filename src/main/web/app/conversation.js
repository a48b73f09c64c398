import { LitElement } from 'lit';
import { get, passing, post, query } from './api.js';
import { live } from './live.js';
import { draftOf, dropUnsent, keyOf } from './drafts.js';
import { templates } from './templates.js';

const PAGE = 50;
/** Pages that are read again after a break; who has loaded more goes on from there by scrolling. */
const MOST_PAGES = 20;
/** Up to so many messages are asked for one by one. */
const FEW = 8;
const AGAIN_MS = 2000;

/** In which turn each message was asked for: answers may come in another order, and what is older is not put over what is newer. */
const turns = new WeakMap();
let turn = 0;

async function read(path) {
  const asked = ++turn, answer = await get(path);
  (answer.data ?? [answer]).forEach(m => turns.set(m, asked));
  return answer;
}

const inOrder = (a, b) => a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : Number(a.id) - Number(b.id);

/**
 * What is known of one conversation: its messages, read page by page, and its notes, kept as they are now by events. Who shows it says
 * whether the newest is in sight (`atBottom`), and what is to be done when another ticket of the same customer is opened (`goOn`).
 */
export class Conversation extends LitElement {
  static properties = { conversation: {}, quiet: {}, messages: { state: true }, state: { state: true }, below: { state: true }, templates: { state: true }, notes: { state: true } };

  constructor() {
    super();
    this.clean();
    this.templates = [];
    this.onEvent = e => this.event(e.detail);
    this.onReset = () => { this.latest(); this.loadNotes(); };
  }

  clean() {
    this.messages = [];
    this.notes = [];
    this.notesAsked = 0;
    this.state = 'loading';
    this.next = null;
    this.newFrom = null;
    this.below = 0;
    this.wanted = new Set();
    this.readUpTo = new Map();
    clearTimeout(this.rereading);
    this.rereading = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('event', this.onEvent);
    live.addEventListener('reset', this.onReset);
  }

  disconnectedCallback() {
    live.removeEventListener('event', this.onEvent);
    live.removeEventListener('reset', this.onReset);
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
      if (this.state === 'ready') this.goOn();
    }
  }

  get filter() { return { contactId: this.conversation.contactId, phoneNumberId: this.conversation.phoneNumberId }; }

  /** Reads the newest; of an open conversation everything that is loaded, so that a break in the line leaves neither a hole nor an old tick. */
  async latest() {
    const of = this.of;
    if (this.reading === of) { this.reread(); return; }
    this.reading = of;
    const first = this.state !== 'ready', before = new Set(this.messages);
    const found = [];
    let next = null;
    try {
      do {
        const page = await read('/messages' + query({ ...this.filter, limit: PAGE, cursor: next }));
        if (of !== this.of) return;
        found.push(...page.data);
        next = page.next;
      } while (!first && next && found.length < MOST_PAGES * PAGE && this.messages.length && inOrder(this.messages[0], found.at(-1)) < 0);     // also older ones that came meanwhile
    } catch (fault) {
      if (of !== this.of) return;
      if (first) { this.state = 'failed'; this.fault = fault; }
      if (passing(fault)) this.reread();
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
    const inbound = this.messages.filter(m => m.ticketId === this.conversation.id && m.direction === 'inbound' && m.type !== 'reaction' && m.type !== 'system');
    this.newFrom = this.unread > 0 ? inbound.at(-Math.min(this.unread, inbound.length))?.id ?? null : null;
  }

  /** Those of all tickets, as the messages are. */
  async loadNotes() {
    const id = this.conversation?.id, asked = ++turn;
    if (!id) return;
    const found = [];
    let next = null;
    try {
      do {
        const page = await get(`/tickets/${id}/notes` + query({ of: 'conversation', limit: 100, cursor: next }));
        if (id !== this.conversation?.id) return;
        found.push(...page.data);
        next = page.next;
      } while (next && found.length < MOST_PAGES * PAGE);
      if (asked < this.notesAsked) return;
      this.notesAsked = asked;
      this.notes = found;
    } catch { /* an event asks again */ }
  }

  async older() {
    if (!this.next || this.loadingOlder) return;
    this.loadingOlder = true;
    const of = this.of, from = this.next;
    let moved = false;
    try {
      const page = await read('/messages' + query({ ...this.filter, limit: PAGE, cursor: from }));
      moved = of === this.of && from !== this.next;                // what is loaded was read again meanwhile
      if (of === this.of && !moved) { this.next = page.next; this.merge(page.data); }
    } catch { /* scrolling there again asks again */ }
    this.loadingOlder = false;
    if (moved) await this.older();
  }

  /** Only what belongs here: an answer may come when another conversation is open. */
  merge(some) {
    const ours = some.filter(m => m.contactId === this.conversation?.contactId && m.phoneNumberId === this.conversation.phoneNumberId);
    const byId = new Map(this.messages.map(m => [m.id, m]));
    ours.filter(m => !(turns.get(byId.get(m.id)) > turns.get(m))).forEach(m => byId.set(m.id, m));
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
    if (event.type === 'ticket.changed') this.loadNotes();
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
    try { return await read(`/messages/${id}`); } catch (fault) {
      if (of === this.of && passing(fault)) this.want(id, AGAIN_MS);
      return null;
    }
  }

  async refresh(id) {
    const found = await this.fetch(id);
    if (found && this.conversation) this.merge([found]);
  }

  /** Of the ticket that is open; what the customer wrote to another one is read there. */
  markRead() {
    const c = this.conversation;
    if (!c || this.quiet || document.visibilityState !== 'visible' || !document.hasFocus() || this.state !== 'ready') return;
    const last = this.messages.filter(m => m.direction === 'inbound' && m.ticketId === c.id).at(-1)?.id;
    const { readUpTo } = this;
    if (!last || readUpTo.get(c.id) === last && c.unreadCount === 0) return;
    readUpTo.set(c.id, last);
    post(`/tickets/${c.id}/read`, { upTo: last }).catch(() => { readUpTo.delete(c.id); });
  }
}
