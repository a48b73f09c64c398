import { LitElement, html, nothing } from 'lit';
import { get, post } from './api.js';
import { said, t } from './i18n.js';
import { icon } from './marks.js';
import { toast } from './shell.js';
import { ago, ask, chip, copyField, every, frame, head, isAdmin, number, paneHead, refused, say, second, waitOrFault } from './admin.js';

const SIGNS = { event: 'lastEvent', test: 'lastTest', handshake: 'lastHandshake', refused: 'lastRefused', refusedHandshake: 'lastRefusedHandshake' };

/** What Meta must be told, what it has called, and a watch on the next call. */
class HdWebhook extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, info: { state: true }, fault: { state: true }, token: { state: true }, test: { state: true }, seen: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.since = Date.now();
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.stop = every(1500, () => this.load());
    this.clock = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    this.stop();
    clearInterval(this.clock);
    super.disconnectedCallback();
  }

  async load() {
    try {
      this.info = await get('/webhook');
      this.fault = null;
      if (!this.seen) this.watchAnew();
    } catch (fault) { this.fault = fault; }
  }

  /** What was there already is no news. The server's times are compared with each other only: the clock here may be another. */
  watchAnew() {
    this.seen = Object.fromEntries(Object.values(SIGNS).map(kind => [kind, this.info[kind]?.at]));
    this.since = Date.now();
  }

  isNews(kind) { return !!this.info[kind] && this.info[kind].at !== this.seen[kind]; }

  async rotate() {
    if (!await ask({ title: t('hook.askRotate'), text: t('hook.askRotateMore'), act: t('hook.rotate'), danger: true })) return;
    try {
      this.token = (await post('/webhook/verify-token')).verifyToken;
      this.load();
    } catch (fault) { refused(fault); }
  }

  async tryIt() {
    this.busy = true;
    this.test = null;
    try {
      this.test = await post('/webhook/test');
      if (this.test.ok) toast(t('hook.tested', { ms: this.test.millis }));
    } catch (fault) { refused(fault); }
    this.busy = false;
    this.load();
  }

  sign(kind, sign, { bad = false, waits = false, id } = {}) {
    const fresh = this.isNews(kind);
    const icons = !sign ? (waits ? html`<span class="waiting" role="img" aria-label=${t('hook.waiting')}></span>` : icon(bad ? 'check' : 'unseen', 'muted')) : bad ? icon('warn', 'bad') : icon('check', 'ok');
    return html`<li id=${id ?? nothing}>${icons}<div><b>${t('hook.' + kind)}</b> ${fresh ? html`<span class="news">${ago(sign.at)}</span>` : nothing}
      <p class="ev">${sign ? html`${second(sign.at)}, ${ago(sign.at)}${sign.reason ? html`. ${said(sign.reason)}` : nothing}` : t('hook.never')}</p></div></li>`;
  }

  /** Since the page was opened: waiting, until something comes. */
  watch(info) {
    const [kind, newest] = Object.entries(SIGNS).filter(([, field]) => this.isNews(field)).map(([name, field]) => [name, info[field]])
      .sort((a, b) => Date.parse(b[1].at) - Date.parse(a[1].at))[0] ?? [];
    const bad = kind?.startsWith('refused');
    const waited = Math.round((Date.now() - this.since) / 1000);
    return html`<section class="pane" aria-labelledby="watch-t">${paneHead('watch-t', t('hook.watch'), t('hook.watchSub'), newest ? html`<button class="btn" type="button" @click=${() => this.watchAnew()}>${t('hook.watchAgain')}</button>` : nothing)}
      <div class="watch-now"><div role="status">${newest ? html`<p class="chk-l"><b>${icon(bad ? 'warn' : 'check', bad ? 'bad' : 'ok')} ${t('hook.got.' + kind)}</b></p><p class="ev">${t('hook.receivedAt')} ${second(newest.at)}${newest.reason ? html`. ${said(newest.reason)}` : nothing}</p>`
        : html`<p class="chk-l"><b><span class="waiting inline" aria-hidden="true"></span> ${t('hook.waiting')}</b></p><p class="ev">${t('hook.waitingMore')}</p>`}</div><div class="when" aria-hidden="true">${newest ? ago(newest.at) : t('hook.waited', { n: waited })}</div></div>
      <div class="row-a in">${isAdmin(this.session) ? html`<button class="btn primary" type="button" ?disabled=${this.busy} @click=${() => this.tryIt()}>${icon('send')}${t('hook.test')}</button>` : nothing}<span class="ev">${t('hook.testMore')}</span></div>
      ${this.test ? html`<p class="say in say-${this.test.ok ? 'info' : 'bad'}" role="status">${icon(this.test.ok ? 'check' : 'x')}<span>${this.test.ok ? t('hook.testOk', { status: this.test.status, ms: this.test.millis }) : t('hook.testBad', { status: this.test.status ?? '–' })} <code>${this.test.url}</code>${this.test.fault ? html` ${said(this.test.fault)}` : nothing}</span></p>` : nothing}</section>`;
  }

  told(info) {
    const v = info.verifyToken;
    return html`<section class="pane" aria-labelledby="told-t">${paneHead('told-t', t('hook.told'), t('hook.toldSub'))}
      <div class="cpys in">${copyField('callback', t('hook.callback'), info.callbackUrl)}
        ${info.isPublic ? nothing : say('warn', t(info.mode === 'mock' ? 'hook.notPublicMock' : 'hook.notPublic'))}
        ${this.token ? html`${copyField('verify', t('hook.verify'), this.token)}<p class="say say-warn" role="status">${icon('warn')}<span>${t('hook.once')}</span></p>`
          : html`<div class="cpy"><b class="sm">${t('hook.verify')}</b><span class="sec">${v.set ? html`<span class="sec-v"><span aria-hidden="true">••••••••</span>${v.last4 ? html`<span class="sr">${t('set.endsIn')} </span><b>${v.last4}</b>` : html`<span class="sr">${t('set.isSet')}</span>`}</span>` : html`<span class="sec-v sec-none sec-need">${t('set.notSet')}</span>`}
            <span class="sec-w">${t('source.' + v.source)}</span>${v.locked || !isAdmin(this.session) ? html`<span class="sec-w">${v.locked ? html`${icon('lock', 'i-sm')} ${t('hook.locked')}` : nothing}</span>` : html`<button class="btn" type="button" @click=${() => this.rotate()}>${icon('retry')}${t('hook.rotateAct')}</button>`}</span><p class="hint">${t('hook.verifyHint')}</p></div>`}</div></section>`;
  }

  render() {
    const info = this.info;
    return frame('webhook', this.rail, html`${head(t('page.webhook'), info ? html`${t('hook.mode.' + info.mode)} <span class="live">${t('hook.live')}</span>` : t('app.loading'))}
      ${info ? html`${this.told(info)}${this.watch(info)}
      <section class="pane" aria-labelledby="calls-t">${paneHead('calls-t', t('hook.calls'), t('hook.callsSub'), info.refused ? chip('danger', t('hook.refusedAll', { n: number(info.refused) })) : chip('ok', t('hook.refusedNone'), 'check'))}
        <ul class="watch">${this.sign('lastEvent', info.lastEvent, { waits: true })}${this.sign('lastHandshake', info.lastHandshake)}${this.sign('lastRefused', info.lastRefused, { bad: true, id: 'refused' })}${this.sign('lastRefusedHandshake', info.lastRefusedHandshake, { bad: true })}${this.sign('lastTest', info.lastTest)}</ul></section>` : waitOrFault(this.fault, () => this.load())}`, true);
  }
}

customElements.define('hd-webhook', HdWebhook);
