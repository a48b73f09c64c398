import { LitElement, html, nothing } from 'lit';
import { get, post, query } from './api.js';
import { t } from './i18n.js';
import { go } from './shell.js';
import { asMe } from './agents.js';
import { handOn } from './drafts.js';

/** A message to a number, also to somebody who never wrote. */
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
      if (fault.code === 'window-closed' && await this.handOn(to, body)) return;
      this.problem = fault.body?.errors?.map(error => `${error.field}: ${error.message}`).join('. ') || fault.message || t('fault.offline');
    }
    this.busy = false;
  }

  /** Only templates are possible: the conversation offers them, and keeps the text. Whether there is such a conversation. */
  async handOn(to, text) {
    const found = await get('/tickets' + query({ q: to, limit: 1 })).catch(() => null);
    const conversation = found?.data[0];
    if (!conversation) return false;
    handOn(conversation, text);
    this.querySelector('dialog').close();
    go(`inbox/${conversation.id}`);
    return true;
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
