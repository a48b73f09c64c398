import { LitElement, html, nothing } from 'lit';
import { get, newKey, passing, post, query } from './api.js';
import { t } from './i18n.js';
import { complain, go } from './shell.js';
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
      const { key, author } = await this.attempt(to, body);
      const sent = await post('/messages', { to, ...author, type: 'text', text: { body } }, { key });
      const message = sent.ticketId ? sent : await get(`/messages/${sent.id}`);
      this.leave(message.ticketId);
    } catch (fault) {
      if (!passing(fault)) this.tried = null;
      if (fault.code === 'window-closed' && await this.handOn(to, body)) return;
      this.problem = fault.body?.errors?.map(error => `${error.field === 'to' ? t('new.to') : error.field}: ${error.message}`).join('. ') || fault.message;
      if (!this.isConnected) complain(this.problem);
    }
    this.busy = false;
  }

  /** A send whose answer did not come may have been taken: the same, tried again, is that one. */
  async attempt(to, text) {
    if (this.tried?.to !== to || this.tried.text !== text) this.tried = { to, text, key: newKey(), author: await asMe() };
    return this.tried;
  }

  /** Only templates are possible: the conversation offers them, and keeps the text. Whether there is such a conversation. */
  async handOn(to, text) {
    const conversation = await this.conversationWith(to).catch(() => null);
    if (!conversation) return false;
    handOn(conversation, text);
    this.leave(conversation.id);
    return true;
  }

  /** Whoever has closed the dialog meanwhile is somewhere else, and stays there. */
  leave(ticketId) {
    if (!this.isConnected) return;
    this.querySelector('dialog').close();
    go(`inbox/${ticketId}`);
  }

  async conversationWith(number) {
    const waId = number.replace(/\D/g, '');
    const [contact] = waId ? (await get('/contacts' + query({ waId, limit: 1 }))).data : [];
    return contact && (await get('/tickets' + query({ contactId: contact.id, limit: 1 }))).data[0];
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
