import { LitElement, html, nothing } from 'lit';
import { get, post, query } from './api.js';
import { live } from './live.js';
import { shortTime, t } from './i18n.js';
import { avatar, badge, icon } from './marks.js';
import { called, nameOf, phone } from './format.js';
import { complain, toast } from './shell.js';

const SHOWN = [['identity.number', c => phone(c)], ['identity.username', c => c.username && '@' + c.username], ['identity.bsuid', c => c.userId], ['panel.company', c => c.company],
  ['panel.email', c => c.email], ['panel.remarks', c => c.notes], ['panel.first', c => shortTime(c.firstSeenAt)]];

/** Contacts that may be the same person as this one: compared, and made one or left two by a person. */
class HdMerges extends LitElement {
  static properties = { contactId: {}, found: { state: true }, comparing: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.found = [];
    this.onEvent = e => { if (e.detail.type === 'contact.changed' && e.detail.contactId === this.contactId) this.load(); };
    this.onReset = () => this.load();
  }

  createRenderRoot() { return this; }
  connectedCallback() { super.connectedCallback(); live.addEventListener('event', this.onEvent); live.addEventListener('reset', this.onReset); }
  disconnectedCallback() { live.removeEventListener('event', this.onEvent); live.removeEventListener('reset', this.onReset); super.disconnectedCallback(); }
  willUpdate(changed) { if (changed.has('contactId')) { this.found = []; this.load(); } }

  async load() {
    const of = this.contactId;
    if (!of) return;
    try {
      const page = await get('/merge-suggestions' + query({ contactId: of, limit: 5 }));
      if (of === this.contactId) this.found = page.data;
    } catch { /* an event asks again */ }
  }

  async compare(pair) {
    this.comparing = pair;
    await this.updateComplete;
    this.querySelector('dialog').showModal();
  }

  async settle(pair, how) {
    this.busy = true;
    try {
      await post(`/merge-suggestions/${pair.id}/${how}`);
      this.querySelector('dialog')?.close();
      toast(t(how === 'accept' ? 'merge.done' : 'merge.two'));
    } catch (fault) { complain(fault.message); }
    this.busy = false;
    this.load();
  }

  render() {
    return html`${this.found.map(pair => {
      const other = pair.contact.id === this.contactId ? pair.other : pair.contact;
      return html`<section class="sect" aria-label=${t('merge.title')}><div class="card suggest"><h3 class="h">${icon('merge')}${t('merge.title')}</h3>
        <div class="pair">${avatar(other, 'm')}<div class="grow"><div class="cut"><bdi>${nameOf(other)}</bdi> ${badge(other)} ${called(other) ? html`<span class="muted num">${phone(other) ?? other.userId}</span>` : nothing}</div><div class="xs muted">${t('merge.why', { at: shortTime(pair.createdAt) })}</div></div></div>
        <div class="acts"><button class="btn small" type="button" @click=${() => this.compare(pair)}>${t('merge.compare')}</button><button class="btn small quiet" type="button" ?disabled=${this.busy} @click=${() => this.settle(pair, 'dismiss')}>${t('merge.dismiss')}</button></div></div></section>`;
    })}${this.dialog()}`;
  }

  dialog() {
    const pair = this.comparing;
    if (!pair) return nothing;
    const cell = (show, contact) => html`<td><bdi>${show(contact) ?? '–'}</bdi></td>`;
    return html`<dialog class="box" aria-labelledby="merge-title" @close=${() => { this.comparing = null; }}><div><h2 id="merge-title">${t('merge.ask')}</h2>
      <table class="pairs"><caption class="sr">${t('merge.both')}</caption><thead><tr><td></td>${[pair.contact, pair.other].map(c => html`<th scope="col"><bdi>${nameOf(c)}</bdi> ${c === pair.contact ? html`<span class="chip accent">${t('merge.kept')}</span>` : nothing}</th>`)}</tr></thead><tbody>
        ${SHOWN.filter(([, show]) => show(pair.contact) || show(pair.other)).map(([word, show]) => html`<tr><th scope="row">${t(word)}</th>${cell(show, pair.contact)}${cell(show, pair.other)}</tr>`)}</tbody></table>
      <p class="sm">${t('merge.askMore')}</p>
      <div class="acts"><button class="btn quiet" type="button" @click=${e => e.target.closest('dialog').close()}>${t('act.cancel')}</button><button class="btn primary" type="button" ?disabled=${this.busy} @click=${() => this.settle(pair, 'accept')}>${t('merge.accept')}</button></div></div></dialog>`;
  }
}

customElements.define('hd-merges', HdMerges);
