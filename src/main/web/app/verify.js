import { LitElement, html, nothing } from 'lit';
import { post } from './api.js';
import { t } from './i18n.js';
import { complain, soon, toast } from './shell.js';
import { asMe } from './agents.js';

/** A person says how sure it is who a contact is, and by what. Ends with `done`, and the contact when something was saved. */
class HdVerify extends LitElement {
  static properties = { contact: {}, state: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.state = 'agent';
  }

  createRenderRoot() { return this; }
  firstUpdated() { soon(() => this.querySelector('#v-state')?.focus()); }

  done(contact) {
    this.dispatchEvent(new CustomEvent('done', { detail: contact }));
    this.goOn('.verifies');
  }

  /** A button that is disabled or gone has lost the focus; who is somewhere else by now stays there. */
  goOn(at) {
    soon(() => {
      const focused = document.activeElement;
      if (focused === document.body || focused?.matches('.verify [type=submit]')) document.querySelector(at)?.focus();
    });
  }

  async save(e) {
    e.preventDefault();
    const evidence = this.querySelector('#v-evidence')?.value.trim();
    this.busy = true;
    this.problem = null;
    try {
      const contact = await post(`/contacts/${this.contact.id}/verify`, { state: this.state, ...(this.state === 'none' ? {} : { evidence }), ...await asMe() });
      toast(t('people.verifiedNow'));
      this.done(contact);
    } catch (fault) {
      if (fault.body?.errors?.some(error => error.field === 'evidence')) this.problem = t('people.evidenceShort'); else complain(fault.message);
      this.goOn(this.problem ? '#v-evidence' : '.verify [type=submit]');
    }
    this.busy = false;
  }

  render() {
    return html`<form class="verify" @submit=${this.save} novalidate><div class="field"><label for="v-state">${t('people.verifyAs')}</label><select class="input" id="v-state" @change=${e => { this.state = e.target.value; }}><option value="agent">${t('verified.agent')}</option><option value="business">${t('verified.business')}</option><option value="none">${t('people.takeBack')}</option></select></div>
      ${this.state === 'none' ? nothing : html`<div class="field"><label for="v-evidence">${t('people.evidence')}</label><input class="input" id="v-evidence" maxlength="500" dir="auto" aria-describedby="v-e" aria-invalid=${this.problem ? 'true' : nothing}><p class="hint ${this.problem ? 'bad' : ''}" id="v-e">${this.problem ?? t('people.evidenceHint')}</p></div>`}
      <div class="acts"><button class="btn primary" type="submit" ?disabled=${this.busy}>${t('people.verifyDo')}</button><button class="btn quiet" type="button" @click=${() => this.done()}>${t('act.cancel')}</button></div></form>`;
  }
}

customElements.define('hd-verify', HdVerify);
