import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { fullTime, listTime, t } from './i18n.js';
import { assignee, avatar, badge, icon, kindLine, ticketState, tick, windowMark } from './marks.js';
import { nameOf, plain } from './format.js';
import { go, soon } from './shell.js';
import { me, seat } from './agents.js';
import { changes, keyOf, waiting } from './drafts.js';
import { Rows, VIEWS } from './rows.js';

/** The list of conversations as one sees it: views, search, rows, what waits at the top. */
class HdList extends Rows {
  static properties = { mode: {}, kept: { state: true, hasChanged: (now, before) => JSON.stringify([...now]) !== JSON.stringify([...before ?? []]) } };

  constructor() {
    super();
    this.kept = new Map();
    this.onDraft = () => { this.kept = waiting(); };
    this.onSeat = () => { if (this.view === 'mine') this.choose(me() ? 'mine' : 'open'); else this.requestUpdate(); };
    this.clock = setInterval(() => this.requestUpdate(), 30000);
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    changes.addEventListener('change', this.onDraft);
    seat.addEventListener('change', this.onSeat);
    this.onDraft();
  }

  disconnectedCallback() {
    changes.removeEventListener('change', this.onDraft);
    seat.removeEventListener('change', this.onSeat);
    clearInterval(this.clock);
    super.disconnectedCallback();
  }

  get held() {
    const scroller = this.querySelector('.scroll');
    return scroller && (scroller.matches(':hover') && this.pointer !== 'touch' || scroller.contains(document.activeElement) && scroller.scrollTop > 0);
  }

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

  /** Also after what was scrolled to while something else was being loaded. */
  updated() { this.scrolled(); }

  scrolled() {
    const box = this.querySelector('ul.scroll');
    if (box?.clientHeight && box.scrollHeight - box.scrollTop - box.clientHeight < 600) this.more();
  }

  render() {
    return html`<div class="list-head"><div class="top"><h1>${t('page.inbox')}</h1>${this.waiting.size ? html`<button class="btn primary small fresh" type="button" @click=${this.showWaiting}>${t('list.fresh', { n: this.waiting.size })}</button>` : nothing}<button class="btn quiet icon" type="button" aria-label=${t('new.title')} title="${t('new.title')} (C)" @click=${() => this.dispatchEvent(new CustomEvent('compose'))}>${icon('compose')}</button></div>
        <div class="searchbox">${icon('search')}<label class="sr" for="q">${t('list.search')}</label><input class="input" id="q" type="search" placeholder=${t('list.searchHint')} maxlength="100" @input=${this.typed} @keydown=${e => { if (e.key === 'Escape') { this.clear(); e.target.blur(); } }}><span class="kbd" aria-hidden="true">/</span></div>
        <div class="tabs" role="group" aria-label=${t('list.views')}>${Object.keys(VIEWS).filter(view => view !== 'mine' || me()).map(view => html`<button type="button" aria-pressed=${view === this.view} @click=${() => this.choose(view)}>${t('view.' + view)}</button>`)}</div></div>
      ${this.body()}`;
  }

  body() {
    if (this.state === 'loading' && !this.rows.length) {
      return html`<div class="scroll" role="status"><span class="sr">${t('list.loading')}</span>${[1, 2, 3, 4, 5].map(() => html`<div class="row" aria-hidden="true"><span class="sk a"></span><span class="row-body"><span class="sk w1"></span><span class="sk w2"></span><span class="sk w4"></span></span></div>`)}</div>`;
    }
    if (this.state === 'failed') return html`<div class="empty" role="alert">${icon('warn')}<h2>${t('list.failed')}</h2><p>${this.fault.message} ${t('list.failedMore')}</p><button class="btn" type="button" @click=${this.load}>${icon('retry')}${t('act.again')}</button></div>`;
    if (!this.rows.length && this.q) return html`<div class="empty">${icon('search')}<h2>${t('list.noMatch', { q: this.q })}</h2><p>${t('list.searched', { view: t('view.' + this.view) })}</p><div class="acts">${this.view === 'all' ? nothing : html`<button class="btn" type="button" @click=${() => this.choose('all')}>${t('list.searchAll')}</button>`}<button class="btn quiet" type="button" @click=${this.clear}>${t('act.clear')}</button></div></div>`;
    if (!this.rows.length) return this.nothingHere();
    return html`<ul class="scroll" tabindex="0" aria-label=${t('list.label')} @scroll=${this.scrolled} @pointermove=${e => { this.pointer = e.pointerType; }} @pointerleave=${() => soon(() => this.released())}>
      ${repeat(this.rows, row => row.id, row => this.item(row))}
      <li class="list-foot">${this.next ? t('list.more') : t('list.end', { n: this.rows.length })}</li></ul>`;
  }

  /** Nobody ever wrote, or all is done: two things. */
  nothingHere() {
    const done = { failed: 'list.noneFailed', mine: 'list.noneMine', nobody: 'list.noneNobody', open: this.known ? 'list.noneOpen' : null }[this.view];
    const mock = this.mode?.mode === 'mock';
    return html`<div class="empty">${icon('inbox')}<h2>${t(done ?? 'list.none')}</h2>${!done ? html`<p>${t('list.noneMore')}${mock ? ` ${t('list.noneMock')}` : nothing}</p>${mock ? html`<a class="btn primary" href="#/phone">${icon('phone')}${t('mode.openPhone')}</a>` : nothing}`
      : this.view === 'open' ? html`<p>${t('list.noneOpenMore')}</p>` : nothing}</div>`;
  }

  item(row) {
    const last = row.lastMessage, own = last?.direction === 'outbound';
    const current = row.id === this.selected;
    const unread = row.unreadCount > 0 && !current;
    const kept = this.kept.get(keyOf(row));
    return html`<li><a class="row ${unread ? 'unread' : ''}" href="#/inbox/${row.id}" data-id=${row.id} aria-current=${current ? 'true' : nothing}>${avatar(row.contact)}
      <span class="row-body">
        <span class="row-line"><bdi class="row-name">${nameOf(row.contact)}</bdi>${badge(row.contact)}<time datetime=${row.lastMessageAt} title=${fullTime(row.lastMessageAt)}>${listTime(row.lastMessageAt)}</time></span>
        <span class="row-line">${row.foundNote ? html`<span class="row-preview own">${icon('lock')}<span>${t('list.note')}</span> <span class="cut" dir="auto">${plain(row.foundNote.text)}</span></span>` : own ? html`<span class="row-preview own">${tick(last.status)} <span>${t('list.you')}</span> <span class="cut" dir="auto">${kindLine(last.type, plain(last.text))}</span></span>`
          : html`<span class="row-preview" dir="auto">${last ? kindLine(last.type, plain(last.text)) : plain(row.lastPreview)}</span>`}${unread ? html`<span class="count" role="img" aria-label=${t('list.unread', { n: row.unreadCount })}>${row.unreadCount}</span>` : nothing}</span>
        <span class="row-meta">${ticketState(row.status)}<span class="num">T-${row.id}</span>${windowMark(row.windowClosesAt)}${row.failedSends ? html`<span class="failed">${tick('failed', true)}${t('list.failedCount', { n: row.failedSends })}</span>` : nothing}${row.unconfirmedSends ? html`<span class="failed">${tick('unknown', true)}${t('list.unconfirmedCount', { n: row.unconfirmedSends })}</span>` : nothing}${kept?.unsent ? html`<span class="failed">${icon('offline', 'i-sm')}${t('list.unsent', { n: kept.unsent })}</span>` : kept?.draft && !current ? html`<span>${t('list.draft')}</span>` : nothing}${assignee(row.assignee)}</span>
      </span></a></li>`;
  }
}

customElements.define('hd-list', HdList);
