import { LitElement, html, nothing } from 'lit';
import { post, tell } from './api.js';
import { t } from './i18n.js';
import { icon } from './marks.js';
import { go, soon } from './shell.js';

/** Changes a token, or the link that the first start printed, for a session. */
class HdLogin extends LitElement {
  static properties = { link: {}, fault: {}, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.link = null;
    this.problem = null;
    this.busy = false;
  }

  createRenderRoot() { return this; }

  firstUpdated() {
    if (this.fault) this.problem = this.fault.status === 0 ? t('login.offline') : this.fault.message;
    soon(() => this.querySelector(this.link ? 'button' : 'input')?.focus());
  }

  async enter(e) {
    e.preventDefault();
    const token = this.querySelector('#token')?.value.trim();
    if (!this.link && !token) { this.problem = t('login.empty'); this.querySelector('#token').focus(); return; }
    this.busy = true;
    this.problem = null;
    try {
      const session = await post('/session', this.link ? { link: this.link } : { token });
      go('inbox', true);
      tell('logged-in', session);
    } catch (fault) {
      this.problem = fault.status === 0 ? t('login.offline') : fault.code === 'login-refused' ? t(this.link ? 'login.linkRefused' : 'login.refused') : fault.message;
      if (this.link) { this.link = null; go('login', true); }
    }
    this.busy = false;
  }

  render() {
    return html`<main class="login"><form @submit=${this.enter}>
      <h1>${icon('brand')}${t('app.name')}</h1>
      ${this.link ? html`<p class="sm">${t('login.link')}</p>` : html`<div class="field"><label for="token">${t('login.token')}</label>
        <input type="text" name="username" autocomplete="username" value="api-token" readonly hidden><input class="input" id="token" type="password" autocomplete="current-password" spellcheck="false" aria-describedby="token-hint" aria-invalid=${this.problem ? 'true' : nothing}>
        <p class="hint" id="token-hint">${t('login.hint')}</p></div>`}
      ${this.problem ? html`<p class="hint bad" role="alert">${this.problem}</p>` : nothing}
      <button class="btn primary" type="submit" ?disabled=${this.busy}>${t('login.enter')}</button></form></main>`;
  }
}

customElements.define('hd-login', HdLogin);
