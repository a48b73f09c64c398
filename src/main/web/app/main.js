import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { bus, get, passing, remove, settled } from './api.js';
import { live, start, stop } from './live.js';
import { loadCatalogue, t, whose } from './i18n.js';
import { icon } from './marks.js';
import { go, here, onKey, route, singleKeys, setSingleKeys, KEYS } from './shell.js';
import { pages } from './pages.js';
import { setMe } from './agents.js';
import './login.js';

const ASK_AGAIN_MS = 2000;

/** The frame of every page: who is logged in, the mode, the connection, the rail, toasts, the keys. */
class HdApp extends LitElement {
  static properties = { session: { state: true }, mode: { state: true }, line: { state: true }, fault: { state: true }, at: { state: true }, toasts: { state: true }, keysOpen: { state: true }, theme: { state: true } };

  constructor() {
    super();
    this.session = undefined;
    this.mode = null;
    this.line = null;
    this.toasts = [];
    this.at = route();
    this.theme = localStorage.getItem('theme');
    this.lastToast = 0;
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.applyTheme();
    addEventListener('hashchange', () => this.moved());
    bus.addEventListener('logged-out', () => this.loggedOut());
    bus.addEventListener('logged-in', e => this.loggedIn(e.detail));
    bus.addEventListener('toast', e => this.toast(e.detail));
    bus.addEventListener('mended', e => { this.toasts = this.toasts.filter(toast => !toast.bad || toast.about !== e.detail); });
    bus.addEventListener('view', () => this.uncover());
    live.addEventListener('state', e => this.connection(e.detail));
    live.addEventListener('refused', () => this.check());
    live.addEventListener('reset', () => this.loadMode());
    live.addEventListener('event', e => { if (e.detail.type === 'mode.changed') this.loadMode(e.detail.mode); });
    document.addEventListener('keydown', e => this.key(e));
    this.moved();
    this.check();
  }

  async check() {
    try {
      const session = await get('/session');
      if (session.name) this.loggedIn(session); else this.loggedOut();
    } catch (fault) {
      if (this.session !== undefined) return;
      this.fault = fault;
      if (passing(fault)) setTimeout(() => this.check(), ASK_AGAIN_MS); else this.session = null;
    }
  }

  loggedIn(session) {
    const again = this.session?.name === session.name;
    this.session = session;
    this.fault = null;
    if (this.at.page === 'login') go('inbox', true);
    if (!again) { start(); this.loadMode(); }
  }

  loggedOut() {
    stop();
    this.session = null;
  }

  /** Another instance than the one that changed the mode knows it within two seconds: a page there asks again. */
  async loadMode(changedTo, times = 5) {
    try {
      this.mode = await get('/mode');
      here.trace = !!this.mode.trace;
    } catch (fault) {      // the banner stays as it is, and what waits for the mode goes on waiting
      if (!this.mode && this.session && passing(fault)) setTimeout(() => this.loadMode(), ASK_AGAIN_MS);
      return;
    }
    if (changedTo && this.mode.mode !== changedTo && times > 1) setTimeout(() => this.loadMode(changedTo, times - 1), ASK_AGAIN_MS);
    if (this.away(pages[this.at.page])) this.moved();
  }

  async logout() {
    stop();
    setMe(null);            // who sits here next is somebody else until they say so; at once, for who leaves may close the tab
    await settled();        // what is under way needs the session
    try { await remove('/session'); } catch { /* the cookie is gone, or the server is */ }
    this.loggedOut();
  }

  /** The simulator's pages are there in mock mode only. */
  away(page) { return !!page?.mock && this.mode?.mode === 'real'; }

  moved() {
    this.at = route();
    if (location.hash !== this.address) this.toasts = this.toasts.filter(toast => !toast.stays);       // what they are about is left behind
    this.address = location.hash;
    this.uncover(toast => toast.at !== this.address);
    if (this.away(pages[this.at.page])) { go('inbox', true); this.toast({ text: t('page.mockOnly') }); return; }
    if (this.at.page !== 'login' && !Object.hasOwn(pages, this.at.page)) { go('inbox', true); return; }
    const page = pages[this.at.page];
    this.load(page);
    document.title = `${page ? t(page.title) : t('app.login')} · ${t('app.name')}`;
  }

  /** Fetches the module of a page when it is opened for the first time; what did not come is tried again when the line is back. */
  async load(page, byHand = false) {
    if (!page?.load || page.ready) return;
    const again = page.failed;
    page.failed = false;
    this.requestUpdate();
    try {
      await page.load();
      page.ready = true;
    } catch {
      page.failed = true;
      if (again) this.renew(byHand);
    }
    this.requestUpdate();
  }

  /** A browser may remember that a module did not come: then everything anew helps, once the server answers. What is written is kept. */
  async renew(byHand) {
    const soonAgain = Date.now() - Number(sessionStorage.getItem('renewed')) < 60000;
    if (soonAgain && !byHand) return;
    try { await get('/session'); } catch { return; }
    sessionStorage.setItem('renewed', Date.now());
    location.reload();
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

  /** What is said again, or of the same, stands once, as the newest. Words push out no fault. */
  toast(toast) {
    const entry = { id: ++this.lastToast, at: location.hash, ...toast };
    const again = other => other.text === toast.text || toast.about && other.about === toast.about && !other.bad === !toast.bad;
    const all = [...this.toasts.filter(other => !again(other)), entry];
    this.toasts = [true, false].flatMap(bad => all.filter(other => !!other.bad === bad).slice(-4));
    if (!toast.stays) setTimeout(() => this.drop(entry.id), 5000);
  }

  /** On a phone what was confirmed lies over the view that one goes on to. A fault has a line of its own. */
  uncover(left = () => true) {
    if (matchMedia('(max-width: 759px)').matches) this.toasts = this.toasts.filter(toast => toast.bad || !left(toast));
  }

  drop(id) { this.toasts = this.toasts.filter(entry => entry.id !== id); }

  key(e) {
    if (e.key === '?' && onKey(e)) { e.preventDefault(); this.showKeys(); return; }
    if (!onKey(e)) return;
    if (this.goes) {
      clearTimeout(this.goes);
      this.goes = null;
      const target = { i: 'inbox', p: 'phone', c: 'contacts', s: 'settings', h: 'health' }[e.key.toLowerCase()];
      if (target && !this.away(pages[target])) { e.preventDefault(); go(target); }
    } else if (e.key.toLowerCase() === 'g' && !e.ctrlKey && !e.metaKey) {
      this.goes = setTimeout(() => { this.goes = null; }, 1500);
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
    return html`<div class="app whole">${this.rail()}<main aria-label=${t(page.title)}>${page.failed
      ? html`<div class="empty" role="alert">${icon('offline')}<h1>${t('page.failed')}</h1><p>${t('fault.offline')}</p><button class="btn" type="button" @click=${() => this.load(page, true)}>${icon('retry')}${t('act.again')}</button></div>`
      : html`<h1 class="sr">${t(page.title)}</h1><span class="sr" role="status">${t('app.loading')}</span>`}</main></div>`;
  }

  rail() {
    const open = pages[this.at.page]?.tab && !pages[this.at.page].icon ? 'settings' : this.at.page;
    const shown = Object.entries(pages).filter(([, page]) => page.icon && !this.away(page) && (this.mode?.trace || !page.dev));
    const more = shown.filter(([, page]) => page.wide);
    const hide = e => e.target.closest('[popover]').hidePopover();
    return html`<nav class="rail" aria-label=${t('app.main')}>
      <a class="brand" href="#/inbox" title=${t('app.name')}>${icon('brand', 'i-lg')}<span class="sr">${t('app.name')}</span></a>
      ${shown.map(([name, page]) => html`<a class=${page.wide ? 'no-stack' : nothing} href="#/${name}" title=${t(page.title)} aria-current=${open === name ? 'page' : nothing}>${icon(page.icon, 'i-lg')}<span class="label">${t(page.title)}</span><span class="sr no-stack">${t(page.title)}</span></a>`)}
      <button class="push no-stack" type="button" title=${t('keys.title')} @click=${() => this.showKeys()}>${icon('keys', 'i-lg')}<span class="sr">${t('keys.title')}</span></button>
      <button class="no-stack" type="button" title=${t('app.theme')} @click=${() => this.swapTheme()}>${icon('theme', 'i-lg')}<span class="sr">${t('app.theme')}</span></button>
      <button class="no-stack" type="button" title=${t('app.logout', { name: whose(this.session.name) })} @click=${() => this.logout()}>${icon('logout', 'i-lg')}<span class="sr">${t('app.logout', { name: whose(this.session.name) })}</span></button>
      <button class="only-stack" type="button" popovertarget="more" aria-current=${more.some(([name]) => name === open) ? 'true' : nothing}>${icon('more', 'i-lg')}<span class="label">${t('app.more')}</span></button>
      <div class="menu" id="more" popover>${more.map(([name, page]) => html`<a href="#/${name}" aria-current=${open === name ? 'page' : nothing} @click=${hide}>${icon(page.icon)}${t(page.title)}</a>`)}
        <button type="button" @click=${e => { hide(e); this.swapTheme(); }}>${icon('theme')}${t('app.theme')}</button>
        <button type="button" @click=${e => { hide(e); this.logout(); }}>${icon('logout')}${t('app.logout', { name: whose(this.session.name) })}</button></div>
    </nav>`;
  }

  said(bad) {
    return repeat(this.toasts.filter(toast => !!toast.bad === bad), toast => toast.id, toast => html`<div class="toast ${toast.shown ? 'shown' : ''}" role=${bad ? 'alert' : 'status'}>${icon(bad ? 'warn' : 'check', bad ? 'bad' : 'ok')}<span class="grow">${toast.text}</span><button class="btn quiet icon small" type="button" aria-label=${t('act.close')} @click=${() => this.drop(toast.id)}>${icon('x', 'i-sm')}</button></div>`);
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
    if (this.session === undefined) return html`<main class="login">${this.fault ? html`<p class="sm" role="status">${icon('offline')} ${t('app.waiting')}</p>` : html`<span class="sr" role="status">${t('app.loading')}</span>`}</main>`;
    if (!this.session) return html`<hd-login .link=${this.at.page === 'login' ? this.at.rest[0] : null} .fault=${this.fault}></hd-login>`;
    const page = pages[this.at.page] ?? pages.inbox;
    return html`<div class="page" data-bar=${this.line ? '1' : '0'}>
      ${this.banner()}${this.stateLine()}
      <div class="toasts"><div class="faults">${this.said(true)}</div><div class="words">${this.said(false)}</div></div>
      ${page.load && !page.ready || page.mock && !this.mode ? this.notHere(page) : page.view({ rail: this.rail(), at: this.at, session: this.session, mode: this.mode })}
      ${this.keys()}
    </div>`;
  }
}

await loadCatalogue();
customElements.define('hd-app', HdApp);
