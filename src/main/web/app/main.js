import { LitElement, html, nothing } from 'lit';
import { bus, call, get, remove, settled } from './api.js';
import { live, start, stop } from './live.js';
import { loadCatalogue, t } from './i18n.js';
import { avatar, icon } from './marks.js';
import { go, here, onKey, route, singleKeys, setSingleKeys, KEYS } from './shell.js';
import { pages } from './pages.js';
import './login.js';

/** The frame of every page: who is logged in, the mode, the connection, the rail, toasts, the keys. */
class HdApp extends LitElement {
  static properties = { session: { state: true }, mode: { state: true }, line: { state: true }, at: { state: true }, toasts: { state: true }, keysOpen: { state: true }, theme: { state: true } };

  constructor() {
    super();
    this.session = undefined;
    this.mode = null;
    this.line = null;
    this.toasts = [];
    this.at = route();
    this.theme = localStorage.getItem('theme');
    this.lostAt = 0;
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.applyTheme();
    addEventListener('hashchange', () => this.moved());
    bus.addEventListener('logged-out', () => this.loggedOut());
    bus.addEventListener('logged-in', e => this.loggedIn(e.detail));
    bus.addEventListener('toast', e => this.toast(e.detail));
    live.addEventListener('state', e => this.connection(e.detail));
    live.addEventListener('refused', () => this.check());
    live.addEventListener('event', e => { if (e.detail.type === 'mode.changed') this.loadMode(); });
    document.addEventListener('keydown', e => this.key(e));
    this.moved();
    this.check();
  }

  async check() {
    try {
      const session = await get('/session');
      if (session.name) this.loggedIn(session); else this.loggedOut();
    } catch (fault) {
      if (this.session === undefined) { this.session = null; this.fault = fault; }
    }
  }

  loggedIn(session) {
    const again = this.session?.name === session.name;
    this.session = session;
    if (this.at.page === 'login') go('inbox', true);
    if (!again) { start(); this.loadMode(); }
  }

  loggedOut() {
    stop();
    this.session = null;
  }

  async loadMode() {
    try { this.mode = await get('/mode'); here.trace = !!this.mode.trace; } catch { /* the banner stays as it is */ }
  }

  async logout() {
    stop();
    await settled();        // what is under way needs the session
    try { await remove('/session'); } catch { /* the cookie is gone, or the server is */ }
    this.loggedOut();
  }

  moved() {
    this.at = route();
    if (this.at.page !== 'login' && !Object.hasOwn(pages, this.at.page)) { go('inbox', true); return; }
    const page = pages[this.at.page];
    this.load(page);
    document.title = `${page ? t(page.title) : t('app.login')} · ${t('app.name')}`;
  }

  /** Fetches the module of a page when it is opened for the first time. */
  async load(page) {
    if (!page?.load || page.ready) return true;
    page.failed = false;
    this.requestUpdate();
    try {
      await page.load();
      page.ready = true;
    } catch { page.failed = true; }
    this.requestUpdate();
    return page.ready;
  }

  /** A browser may remember that a module did not come; then only the whole page anew helps. What is written is kept. */
  async again(page) {
    if (!await this.load(page)) get('/session').then(() => location.reload(), () => {});
  }

  applyTheme() {
    if (this.theme) document.documentElement.dataset.theme = this.theme; else delete document.documentElement.dataset.theme;
  }

  swapTheme() {
    const dark = this.theme ? this.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    this.theme = dark ? 'light' : 'dark';
    localStorage.setItem('theme', this.theme);
    this.applyTheme();
  }

  connection(state) {
    clearTimeout(this.lineTimer);
    if (state === 'open' && pages[this.at.page]?.failed) this.load(pages[this.at.page]);
    if (state === 'lost') {
      this.lineTimer = setTimeout(() => { this.line = 'lost'; }, 3000);     // a reconnect within seconds is nobody's business
    } else if (this.line === 'lost') {
      this.line = 'back';
      this.lineTimer = setTimeout(() => { this.line = null; }, 4000);
    }
  }

  toast(toast) {
    const entry = { id: ++this.lostAt, ...toast };
    this.toasts = [...this.toasts, entry].slice(-4);
    if (!toast.stays) setTimeout(() => this.drop(entry.id), 5000);
  }

  drop(id) { this.toasts = this.toasts.filter(entry => entry.id !== id); }

  key(e) {
    if (e.key === '?' && onKey(e)) { e.preventDefault(); this.showKeys(); return; }
    if (!onKey(e)) return;
    if (this.goes) {
      this.goes = false;
      const target = { i: 'inbox', p: 'phone', c: 'contacts', s: 'settings', h: 'health' }[e.key.toLowerCase()];
      if (target && pages[target]) { e.preventDefault(); go(target); }
    } else if (e.key.toLowerCase() === 'g' && !e.ctrlKey && !e.metaKey) {
      this.goes = true;
      setTimeout(() => { this.goes = false; }, 1500);
    }
  }

  async showKeys() {
    this.keysOpen = true;
    await this.updateComplete;
    this.querySelector('#keys')?.showModal();
  }

  banner() {
    if (!this.mode) return html`<div class="mode" data-mode="real"><span class="grow"></span></div>`;
    if (this.mode.mode === 'real') return html`<div class="mode" role="status" data-mode="real"><span class="dot" aria-hidden="true"></span><span class="grow cut">${t('mode.real')}</span></div>`;
    return html`<div class="mode" role="status"><span class="dot" aria-hidden="true"></span><b>${t('mode.mock')}</b><span class="grow cut"><span class="no-stack">${t('mode.mockWhere')} </span>${t('mode.mockWho')}</span>${this.at.page === 'phone'
      ? html`<a href="#/inbox">${t('mode.openInbox')}</a>` : html`<a href="#/phone">${t('mode.openPhone')}</a>`}</div>`;
  }

  stateLine() {
    if (this.line === 'lost') return html`<div class="bar-msg" role="status">${icon('offline')}<span class="grow"><b>${t('line.lost')}</b> ${t('line.lostMore')}</span></div>`;
    if (this.line === 'back') return html`<div class="bar-msg back" role="status">${icon('check')}<span class="grow"><b>${t('line.back')}</b> ${t('line.backMore')}</span></div>`;
    return nothing;
  }

  notHere(page) {
    return html`<div class="app adm">${this.rail()}<main class="adm-col" aria-label=${t(page.title)}>${page.failed
      ? html`<div class="empty" role="alert">${icon('offline')}<h1>${t('page.failed')}</h1><p>${t('fault.offline')}</p><button class="btn" type="button" @click=${() => this.again(page)}>${icon('retry')}${t('act.again')}</button></div>`
      : html`<h1 class="sr">${t(page.title)}</h1><span class="sr" role="status">${t('app.loading')}</span>`}</main></div>`;
  }

  rail() {
    const mock = this.mode?.mode !== 'real';
    const open = pages[this.at.page]?.tab && !pages[this.at.page].icon ? 'settings' : this.at.page;
    const shown = Object.entries(pages).filter(([, page]) => page.icon && (mock || !page.mock) && (this.mode?.trace || !page.dev));
    const more = shown.filter(([, page]) => page.wide);
    const hide = e => e.target.closest('[popover]').hidePopover();
    return html`<nav class="rail" aria-label=${t('app.main')}>
      <a class="brand" href="#/inbox" title=${t('app.name')}>${icon('brand', 'i-lg')}<span class="sr">${t('app.name')}</span></a>
      ${shown.map(([name, page]) => html`<a class=${page.wide ? 'no-stack' : nothing} href="#/${name}" title=${t(page.title)} aria-current=${open === name ? 'page' : nothing}>${icon(page.icon, 'i-lg')}<span class="label">${t(page.title)}</span><span class="sr no-stack">${t(page.title)}</span></a>`)}
      <button class="push no-stack" type="button" title=${t('keys.title')} @click=${() => this.showKeys()}>${icon('keys', 'i-lg')}<span class="sr">${t('keys.title')}</span></button>
      <button class="no-stack" type="button" title=${t('app.theme')} @click=${() => this.swapTheme()}>${icon('theme', 'i-lg')}<span class="sr">${t('app.theme')}</span></button>
      <button class="no-stack" type="button" title=${t('app.logout', { name: this.session.name })} @click=${() => this.logout()}>${icon('logout', 'i-lg')}<span class="sr">${t('app.logout', { name: this.session.name })}</span></button>
      <button class="only-stack" type="button" popovertarget="more" aria-current=${more.some(([name]) => name === open) ? 'true' : nothing}>${icon('more', 'i-lg')}<span class="label">${t('app.more')}</span></button>
      <div class="menu" id="more" popover>${more.map(([name, page]) => html`<a href="#/${name}" aria-current=${open === name ? 'page' : nothing} @click=${hide}>${icon(page.icon)}${t(page.title)}</a>`)}
        <button type="button" @click=${e => { hide(e); this.swapTheme(); }}>${icon('theme')}${t('app.theme')}</button>
        <button type="button" @click=${e => { hide(e); this.logout(); }}>${icon('logout')}${t('app.logout', { name: this.session.name })}</button></div>
    </nav>`;
  }

  keys() {
    if (!this.keysOpen) return nothing;
    return html`<dialog class="box" id="keys" aria-labelledby="keys-title" @close=${() => { this.keysOpen = false; }}><div>
      <h2 id="keys-title">${t('keys.title')}</h2>
      <dl class="keys">${KEYS.map(([keys, what]) => html`<dt>${keys.map(key => html`<span class="kbd">${key}</span> `)}</dt><dd>${t(what)}</dd>`)}</dl>
      <label class="switch"><span class="grow">${t('keys.single')}</span><input type="checkbox" role="switch" .checked=${singleKeys()} @change=${e => setSingleKeys(e.target.checked)}></label>
      <div class="acts"><button class="btn" type="button" @click=${e => e.target.closest('dialog').close()}>${t('act.close')}</button></div></div></dialog>`;
  }

  render() {
    if (this.session === undefined) return html`<div class="login"><span class="sr" role="status">${t('app.loading')}</span></div>`;
    if (!this.session) return html`<hd-login .link=${this.at.page === 'login' ? this.at.rest[0] : null} .fault=${this.fault}></hd-login>`;
    const page = pages[this.at.page] ?? pages.inbox;
    return html`<div class="page" data-bar=${this.line ? '1' : '0'}>
      ${this.banner()}${this.stateLine()}
      ${page.load && !page.ready ? this.notHere(page) : page.view({ rail: this.rail(), at: this.at, session: this.session, mode: this.mode })}
      <div class="toasts">${this.toasts.map(toast => html`<div class="toast" role=${toast.bad ? 'alert' : 'status'}>${icon(toast.bad ? 'warn' : 'check', toast.bad ? 'bad' : 'ok')}<span class="grow">${toast.text}</span><button class="btn quiet icon small" type="button" aria-label=${t('act.close')} @click=${() => this.drop(toast.id)}>${icon('x', 'i-sm')}</button></div>`)}</div>
      ${this.keys()}
    </div>`;
  }
}

await loadCatalogue();
customElements.define('hd-app', HdApp);
