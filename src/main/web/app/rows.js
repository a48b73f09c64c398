import { LitElement } from 'lit';
import { get, passing, query } from './api.js';
import { live } from './live.js';
import { me } from './agents.js';

export const VIEWS = {
  open: { status: 'open' },
  mine: me => ({ status: 'active', assigneeId: me }),
  nobody: { status: 'open', assigneeId: 'none' },
  all: {},
  failed: { failed: 'true' },
};
const PAGE = 50;
const MOST = 1000;
/** Up to so many changed conversations are asked for one by one. */
const FEW = 12;
const AGAIN_MS = 2000;

/**
 * The conversations of a view, or of a search, the newest first, as they are now. While they are `held`, which says who shows them,
 * nothing moves: what is new waits at their top.
 */
export class Rows extends LitElement {
  static properties = { selected: {}, view: { state: true }, rows: { state: true }, q: { state: true }, state: { state: true }, waiting: { state: true } };

  constructor() {
    super();
    this.view = sessionStorage.getItem('view') ?? 'open';
    if (!(this.view in VIEWS) || this.view === 'mine' && !me()) this.view = 'open';
    this.rows = [];
    this.q = '';
    this.state = 'loading';
    this.waiting = new Map();
    this.changed = new Set();
    this.newer = new Map();
    this.onEvent = e => this.event(e.detail);
    this.onReset = () => this.resync();
  }

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('event', this.onEvent);
    live.addEventListener('reset', this.onReset);
    this.load();
  }

  disconnectedCallback() {
    live.removeEventListener('event', this.onEvent);
    live.removeEventListener('reset', this.onReset);
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  row(id) { return this.rows.find(row => row.id === id); }

  async load() {
    const view = VIEWS[this.view];
    const asked = this.asked = { ...(typeof view === 'function' ? view(me()) : view), q: this.q };
    const newer = this.newer = new Map();
    this.loadingMore = true;
    try {
      const page = await get('/tickets' + query({ ...asked, limit: PAGE }));
      if (asked !== this.asked) return;
      this.known ||= page.data.length > 0 || this.view === 'open' && !this.q && (await get('/tickets' + query({ limit: 1 }))).data.length > 0;
      if (asked !== this.asked) return;
      this.rows = page.data;
      this.next = page.next;
      this.waiting = new Map();
      this.state = 'ready';
      const open = this.selected && this.row(this.selected);
      if (open) this.tell(open);
      newer.forEach(row => this.put(row));
    } catch (fault) {
      if (asked !== this.asked) return;
      this.state = 'failed';
      this.fault = fault;
      if (passing(fault)) { this.later = true; this.schedule(AGAIN_MS); }
    } finally {
      if (asked === this.asked) this.loadingMore = false;
    }
  }

  /** As much as is loaded is read again. While somebody points at the list its rows stay, and what came anew waits. */
  async resync() {
    if (this.state !== 'ready') { await this.load(); return; }
    const asked = this.asked = { ...this.asked }, newer = this.newer = new Map(), found = [];
    let next = null;
    this.loadingMore = true;
    try {
      do {
        const page = await get('/tickets' + query({ ...asked, limit: PAGE, cursor: next }));
        if (asked !== this.asked) return;
        found.push(...page.data);
        next = page.next;
      } while (next && found.length < this.rows.length);
      if (this.held) {
        found.filter(row => !newer.has(row.id)).forEach(row => this.put(row));
      } else {
        this.rows = found;
        this.next = next;
        this.waiting = new Map();
      }
      const open = found.find(row => row.id === this.selected);
      if (open) this.tell(open); else if (this.selected) this.change(this.selected);
      newer.forEach(row => this.put(row));
    } catch (fault) {
      if (asked === this.asked && passing(fault)) this.later = true;
    } finally {
      if (asked === this.asked) this.loadingMore = false;
    }
    if (this.later) this.schedule(AGAIN_MS);
  }

  async more() {
    if (this.loadingMore || !this.next || this.rows.length >= MOST) return;
    this.loadingMore = true;
    const asked = this.asked;
    try {
      const page = await get('/tickets' + query({ ...asked, limit: PAGE, cursor: this.next }));
      if (asked !== this.asked) return;
      const known = new Set(this.rows.map(row => row.id));
      this.rows = [...this.rows, ...page.data.filter(row => !known.has(row.id))];
      this.next = page.next;
    } catch { /* the end of the list comes into view again */ }
    this.loadingMore = false;
  }

  event(event) {
    if (event.type === 'data.removed') { this.known = false; this.load(); return; }
    if (event.type === 'agent.changed') {
      this.later = true;
      this.schedule();
    } else if (!event.ticketId && event.type === 'contact.changed') {
      this.rows.filter(row => row.contactId === event.contactId).forEach(row => this.change(row.id));
    } else if (event.ticketId) {
      this.change(event.ticketId);
    }
  }

  change(id, after) {
    this.changed.add(id);
    this.schedule(after);
  }

  schedule(after = 150) { if (!this.looking) this.timer ??= setTimeout(() => this.look(), after); }      // a burst is one look

  async look() {
    this.timer = undefined;
    this.looking = true;
    const ids = [...this.changed], all = this.later || ids.length > FEW;
    this.changed.clear();
    this.later = false;
    if (all) await this.resync(); else await Promise.all(ids.map(id => this.refresh(id)));
    this.looking = false;
    if (this.changed.size || this.later) this.schedule(all || this.missed ? AGAIN_MS : undefined);
    this.missed = false;
  }

  async refresh(id) {
    const { newer } = this;         // than a list that was asked for before it, though that may come later
    try {
      const row = await get(`/tickets/${encodeURIComponent(id)}`);
      newer.set(id, row);
      this.put(row);
    } catch (fault) {
      if (passing(fault)) { this.missed = true; this.changed.add(id); }
    }
  }

  fits(row) {
    if (this.q) return false;
    switch (this.view) {
      case 'open': return row.status === 'open';
      case 'mine': return row.status !== 'closed' && !!me() && row.assignee?.id === me();
      case 'nobody': return row.status === 'open' && !row.assignee;
      case 'failed': return row.failedSends + row.unconfirmedSends > 0;
      default: return true;
    }
  }

  put(row) {
    this.known = true;
    const at = this.rows.findIndex(other => other.id === row.id);
    if (at >= 0) row = { foundNote: this.rows[at].foundNote, ...row };
    if (row.id === this.selected) this.tell(row);
    if (this.waiting.has(row.id) && !this.fits(row)) this.waiting = new Map([...this.waiting].filter(([id]) => id !== row.id));
    if (at >= 0 && !this.q && !this.fits(row) && !this.held) {
      this.leave(at);
    } else if (at >= 0 && this.rows[at].lastMessageAt === row.lastMessageAt || at === 0 || at >= 0 && this.held) {
      if (at > 0 && this.rows[at].lastMessageAt !== row.lastMessageAt) this.waiting = new Map(this.waiting).set(row.id, row);
      this.rows = this.rows.with(at, row);
    } else if (this.held && this.fits(row)) {
      this.waiting = new Map(this.waiting).set(row.id, row);
    } else if (at >= 0 || this.fits(row)) {
      const others = this.rows.filter(other => other.id !== row.id);
      const place = others.findIndex(other => other.lastMessageAt <= row.lastMessageAt);
      this.rows = place < 0 ? [...others, row] : others.toSpliced(place, 0, row);
    }
  }

  /** What no longer belongs into this view goes; the keys go on from where it stood. */
  leave(at) {
    if (this.rows[at].id === this.selected) this.gap = at;
    this.waiting.delete(this.rows[at].id);
    this.rows = this.rows.toSpliced(at, 1);
  }

  /** Nobody points at it any more. */
  released() {
    if (this.q || this.held) return;
    for (let at = this.rows.length - 1; at >= 0; at--) if (!this.fits(this.rows[at])) this.leave(at);
  }

  tell(row) { this.dispatchEvent(new CustomEvent('row-changed', { detail: row })); }
}
