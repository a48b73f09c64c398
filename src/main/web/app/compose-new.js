import { LitElement, html, nothing } from 'lit';
import { get, post, query } from './api.js';
import { t } from './i18n.js';
import { go } from './shell.js';
import { asMe } from './agents.js';

/** A message to a number, also to somebody who never wrote; an open conversation with that number is opened instead. */
class HdComposeNew extends LitElement {
  static properties = { problem: { state: true }, busy: { state: true } };

  createRenderRoot() { return this; }
  firstUpdated() { this.querySelector('dialog').showModal(); }

  async send(e) {
    e.preventDefault();
    const to = this.querySelector('#new-to').value.trim(), body = this.querySelector('#new-text').value.trim();
    if (!to || !body) { this.problem = t('new.empty'); return; }
    this.busy = true;
    this.problem = null;
    try {
      const sent = await post('/messages', { to, ...await asMe(), type: 'text', text: { body } }, { key: this.key ??= crypto.randomUUID?.() ?? String(Math.random()) });
      const message = sent.ticketId ? sent : await get(`/messages/${sent.id}`);
      this.querySelector('dialog').close();
      go(`inbox/${message.ticketId}`);
    } catch (fault) {
      this.key = undefined;
      if (fault.code === 'window-closed') { await this.openConversation(to); return; }
      this.problem = fault.body?.errors?.map(error => `${error.field}: ${error.message}`).join('. ') || fault.message || t('fault.offline');
    }
    this.busy = false;
  }

  async openConversation(to) {
    const found = await get('/tickets' + query({ q: to, limit: 1 }));
    this.querySelector('dialog').close();
    if (found.data[0]) go(`inbox/${found.data[0].id}`);
  }

  render() {
    return html`<dialog class="box" aria-labelledby="new-title" @close=${() => this.dispatchEvent(new CustomEvent('done'))}><form @submit=${this.send}>
      <h2 id="new-title">${t('new.title')}</h2>
      <div class="field"><label for="new-to">${t('new.to')}</label><input class="input" id="new-to" type="tel" autocomplete="off" placeholder="+1 555 123 0001" maxlength="60"></div>
      <div class="field"><label for="new-text">${t('new.text')}</label><textarea class="input" id="new-text" rows="4" dir="auto" maxlength="4096"></textarea><span class="hint">${t('new.hint')}</span></div>
      ${this.problem ? html`<p class="hint bad" role="alert">${this.problem}</p>` : nothing}
      <div class="acts"><button class="btn quiet" type="button" @click=${e => e.target.closest('dialog').close()}>${t('act.cancel')}</button><button class="btn primary" type="submit" ?disabled=${this.busy}>${t('act.send')}</button></div>
    </form></dialog>`;
  }
}

customElements.define('hd-compose-new', HdComposeNew);
