import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { get, passing, query } from './api.js';
import { live } from './live.js';
import { fullTime, listTime, t } from './i18n.js';
import { assignee, avatar, badge, icon, kindLine, ticketState, tick, windowMark } from './marks.js';
import { nameOf, plain } from './format.js';
import { go, soon } from './shell.js';
import { me } from './agents.js';

const VIEWS = {
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

/** The conversations, the newest first. While the pointer or the focus is in it nothing moves: what is new waits at its top. */
class HdList extends LitElement {
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
    this.onEvent = e => this.event(e.detail);
    this.onReset = () => this.resync();
    this.clock = setInterval(() => this.requestUpdate(), 30000);
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('event', this.onEvent);
    live.addEventListener('reset', this.onReset);
    this.load();
  }

  disconnectedCallback() {
    live.removeEventListener('event', this.onEvent);
    live.removeEventListener('reset', this.onReset);
    clearInterval(this.clock);
    clearTimeout(this.timer);
    super.disconnectedCallback();
  }

  row(id) { return this.rows.find(row => row.id === id); }

  async load() {
    const view = VIEWS[this.view];
    const asked = this.asked = { ...(typeof view === 'function' ? view(me()) : view), q: this.q };
    this.loadingMore = true;
    try {
      const page = await get('/tickets' + query({ ...asked, limit: PAGE }));
      if (asked !== this.asked) return;
      this.rows = page.data;
      this.next = page.next;
      this.waiting = new Map();
      this.state = 'ready';
      const open = this.selected && this.row(this.selected);
      if (open) this.tell(open);
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
    const asked = this.asked = { ...this.asked }, found = [];
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
        found.forEach(row => this.put(row));
      } else {
        this.rows = found;
        this.next = next;
        this.waiting = new Map();
      }
      const open = found.find(row => row.id === this.selected);
      if (open) this.tell(open); else if (this.selected) this.change(this.selected);
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
    if (event.type === 'data.removed') { this.load(); return; }
    if (!event.ticketId && event.type === 'contact.changed') {
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
    try { this.put(await get(`/tickets/${encodeURIComponent(id)}`)); } catch (fault) {
      if (passing(fault)) { this.missed = true; this.changed.add(id); }
    }
  }

  get held() {
    const scroller = this.querySelector('.scroll');
    return scroller && (scroller.matches(':hover') && this.pointer !== 'touch' || scroller.contains(document.activeElement) && scroller.scrollTop > 0);
  }

  fits(row) {
    if (this.q) return false;
    switch (this.view) {
      case 'open': return row.status === 'open';
      case 'mine': return row.status !== 'closed' && !!me() && row.assignee?.id === me();
      case 'nobody': return row.status === 'open' && !row.assignee;
      case 'failed': return row.failedSends > 0;
      default: return true;
    }
  }

  put(row) {
    const at = this.rows.findIndex(other => other.id === row.id);
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

  showWaiting() {
    this.querySelector('.scroll').scrollTop = 0;
    const fresh = [...this.waiting.values()];
    const ids = new Set(fresh.map(row => row.id));
    this.rows = [...fresh, ...this.rows.filter(row => !ids.has(row.id))].sort((a, b) => b.lastMessageAt.localeCompare(a.lastMessageAt));
    this.waiting = new Map();
  }

  choose(view) {
    this.view = view;
    sessionStorage.setItem('view', view);
    this.state = 'loading';
    this.load();
  }

  typed(e) {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => { this.q = e.target.value.trim(); this.load(); }, 250);
  }

  clear() {
    this.querySelector('#q').value = '';
    this.q = '';
    this.load();
  }

  search() { this.querySelector('#q').focus(); }

  move(by) {
    const at = this.rows.findIndex(row => row.id === this.selected);
    const gap = this.selected ? this.gap : undefined;
    const row = this.rows[at >= 0 ? at + by : gap !== undefined ? Math.min(by > 0 ? gap : gap - 1, this.rows.length - 1) : by > 0 ? 0 : this.rows.length - 1];
    if (row) {
      this.gap = undefined;
      go(`inbox/${row.id}`);
      this.querySelector(`[data-id="${row.id}"]`)?.scrollIntoView({ block: 'nearest' });
    }
  }

  scrolled(e) {
    const box = e.target;
    if (box.scrollHeight - box.scrollTop - box.clientHeight < 600) this.more();
  }

  render() {
    return html`<div class="list-head"><div class="top"><h1>${t('page.inbox')}</h1><button class="btn quiet icon" type="button" aria-label=${t('new.title')} title="${t('new.title')} (C)" @click=${() => this.dispatchEvent(new CustomEvent('compose'))}>${icon('compose')}</button></div>
        <div class="searchbox">${icon('search')}<label class="sr" for="q">${t('list.search')}</label><input class="input" id="q" type="search" placeholder=${t('list.searchHint')} maxlength="100" @input=${this.typed} @keydown=${e => { if (e.key === 'Escape') { this.clear(); e.target.blur(); } }}><span class="kbd" aria-hidden="true">/</span></div>
        <div class="tabs" role="group" aria-label=${t('list.views')}>${Object.keys(VIEWS).filter(view => view !== 'mine' || me()).map(view => html`<button type="button" aria-pressed=${view === this.view} @click=${() => this.choose(view)}>${t('view.' + view)}</button>`)}</div></div>
      ${this.waiting.size ? html`<div class="fresh"><button class="btn primary small" type="button" @click=${this.showWaiting}>${t('list.fresh', { n: this.waiting.size })}</button></div>` : nothing}
      ${this.body()}`;
  }

  body() {
    if (this.state === 'loading' && !this.rows.length) {
      return html`<div class="scroll" role="status"><span class="sr">${t('list.loading')}</span>${[1, 2, 3, 4, 5].map(() => html`<div class="row" aria-hidden="true"><span class="sk a"></span><span class="row-body"><span class="sk w1"></span><span class="sk w2"></span><span class="sk w4"></span></span></div>`)}</div>`;
    }
    if (this.state === 'failed') return html`<div class="empty" role="alert">${icon('warn')}<h2>${t('list.failed')}</h2><p>${this.fault.message || t('fault.offline')} ${t('list.failedMore')}</p><button class="btn" type="button" @click=${this.load}>${icon('retry')}${t('act.again')}</button></div>`;
    if (!this.rows.length && this.q) return html`<div class="empty">${icon('search')}<h2>${t('list.noMatch', { q: this.q })}</h2><p>${t('list.searched', { view: t('view.' + this.view) })}</p><div class="acts">${this.view === 'all' ? nothing : html`<button class="btn" type="button" @click=${() => this.choose('all')}>${t('list.searchAll')}</button>`}<button class="btn quiet" type="button" @click=${this.clear}>${t('act.clear')}</button></div></div>`;
    if (!this.rows.length) return html`<div class="empty">${icon('inbox')}<h2>${t({ failed: 'list.noneFailed', mine: 'list.noneMine', nobody: 'list.noneNobody' }[this.view] ?? 'list.none')}</h2>${this.view === 'open' || this.view === 'all' ? html`<p>${t('list.noneMore')}</p><a class="btn primary" href="#/phone">${icon('phone')}${t('mode.openPhone')}</a>` : nothing}</div>`;
    return html`<ul class="scroll" tabindex="0" aria-label=${t('list.label')} @scroll=${this.scrolled} @pointermove=${e => { this.pointer = e.pointerType; }} @pointerleave=${() => soon(() => this.released())}>
      ${repeat(this.rows, row => row.id, row => this.item(row))}
      <li class="list-foot">${this.next ? t('list.more') : t('list.end', { n: this.rows.length })}</li></ul>`;
  }

  item(row) {
    const last = row.lastMessage, own = last?.direction === 'outbound';
    const current = row.id === this.selected;
    const unread = row.unreadCount > 0 && !current;
    return html`<li><a class="row ${unread ? 'unread' : ''}" href="#/inbox/${row.id}" data-id=${row.id} aria-current=${current ? 'true' : nothing}>${avatar(row.contact)}
      <span class="row-body">
        <span class="row-line"><bdi class="row-name">${nameOf(row.contact)}</bdi>${badge(row.contact)}<time datetime=${row.lastMessageAt} title=${fullTime(row.lastMessageAt)}>${listTime(row.lastMessageAt)}</time></span>
        <span class="row-line"><span class="row-preview" dir="auto">${own ? html`${tick(last.status)} ${t('list.you')} ` : nothing}${last ? kindLine(last.type, plain(last.text)) : plain(row.lastPreview)}</span>${unread ? html`<span class="count" role="img" aria-label=${t('list.unread', { n: row.unreadCount })}>${row.unreadCount}</span>` : nothing}</span>
        <span class="row-meta">${ticketState(row.status)}<span class="num">T-${row.id}</span>${windowMark(row.windowClosesAt)}${row.failedSends ? html`<span class="failed">${tick('failed', true)}${t('list.failedCount', { n: row.failedSends })}</span>` : nothing}${assignee(row.assignee)}</span>
      </span></a></li>`;
  }
}

customElements.define('hd-list', HdList);
