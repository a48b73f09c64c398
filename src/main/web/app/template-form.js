import { LitElement, html, nothing } from 'lit';
import { clock, has, shortTime, t } from './i18n.js';
import { icon } from './marks.js';
import { nameOf, plain } from './format.js';
import { places, send as sendOf, templates, unfit } from './templates.js';
import { templateText, templateView } from './message.js';
import { live } from './live.js';
import { changed as tell, changes } from './drafts.js';

const named = template => `${template.name} ${template.language}`;
/** What a place wants: its name, or its number where it has none, and the account's example for it. */
function label({ name, example }) {
  const said = /^\d+$/.test(name) ? t('template.place', { n: name }) : name.replaceAll('_', ' ');
  return example ? t('template.placeLike', { name: said, example }) : said;
}

/** The approved templates, a form for the values of the one that is chosen, and how the customer will see it. What is filled in stands in the draft. */
class HdTemplateForm extends LitElement {
  static properties = { conversation: {}, draft: {}, window: {}, send: {}, toNote: {}, all: { state: true }, refused: { state: true } };

  constructor() {
    super();
    this.onDraft = e => { if (e.detail === this.draft?.key) this.requestUpdate(); };
    this.onReset = () => { if (this.refused) this.load(); };
    this.onEvent = e => { if (e.detail.type === 'mode.changed') { this.all = null; this.load(); } };
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    changes.addEventListener('change', this.onDraft);
    live.addEventListener('reset', this.onReset);
    live.addEventListener('event', this.onEvent);
    this.ready = this.load().then(() => this.updateComplete);
  }

  disconnectedCallback() {
    changes.removeEventListener('change', this.onDraft);
    live.removeEventListener('reset', this.onReset);
    live.removeEventListener('event', this.onEvent);
    super.disconnectedCallback();
  }

  /** What did not come is asked for again by hand, or when the line is back. */
  async load(refresh = false) {
    const { draft } = this;
    this.refused = null;
    try {
      this.all = await templates(refresh);
      if (refresh) this.change({ problem: null }, draft);
    } catch (fault) {
      if (this.all) this.change({ problem: fault.message }, draft); else this.refused = fault.message;
    }
  }

  change(what, draft = this.draft) { Object.assign(draft, what); tell(draft); }

  get closed() { return this.window?.state === 'closed'; }
  get usable() { return (this.all?.data ?? []).filter(template => template.status === 'APPROVED').sort((a, b) => !!unfit(a) - !!unfit(b)); }
  get template() { return this.usable.find(template => named(template) === this.draft.chosen); }
  /** WhatsApp refuses empty values. */
  get complete() { return places(this.template).every(p => this.draft.values[this.place(p)]?.trim()); }

  place(p) { return `${this.template.name}.${p.component}.${p.name}`; }

  submit(e) {
    e.preventDefault();
    const { draft, template } = this;
    if (draft.busy || !template || !this.complete) return;
    const body = sendOf(template, Object.fromEntries(places(template).map(p => [`${p.component}.${p.name}`, draft.values[this.place(p)].trim()])));
    this.send(body, templateText(template, body.template.components) ?? template.name);
  }

  render() {
    const { text } = this.draft, name = nameOf(this.conversation.contact);
    return html`<section class="closed" aria-label=${t(this.closed ? 'template.closed' : 'template.button')}>
      <div class="closed-head">${icon(this.closed ? 'lock' : 'template')}<p class="grow">${this.closed ? html`<b>${t('template.closedSince', { at: shortTime(this.window.endsAt) })}</b> <span class="more">${t('template.closedMore', { name })}</span>` : html`<b>${t('template.choose')}</b>`}</p>${this.closed ? html`<button class="btn small" type="button" @click=${() => this.toNote()}>${t('composer.note')}</button>` : html`<button class="btn quiet icon small" type="button" aria-label=${t('act.close')} @click=${() => this.change({ choosing: false, problem: null })}>${icon('x')}</button>`}</div>
      ${this.closed && text.trim() ? html`<p class="limits">${t('template.draft', { name })} <bdi>${plain(text)}</bdi></p>` : nothing}
      ${!this.all ? html`<p class="limits" role="status">${this.refused ?? t('template.loading')}${this.refused ? html` <button class="btn small" type="button" @click=${() => this.load(true)}>${t('act.again')}</button>` : nothing}</p>` : !this.usable.length ? html`<p class="limits">${t('template.none')}</p>` : this.form()}
    </section>`;
  }

  form() {
    const { template: chosen, draft } = this, { problem, busy } = draft;
    return html`<div class="tpl ${chosen ? 'chosen' : ''}"><div class="tpl-list" role="radiogroup" aria-label=${t('template.button')}>${this.usable.map(template => html`<label><input type="radio" name="template" .checked=${template === chosen} @change=${() => this.change({ chosen: named(template), problem: null })}><b><bdi>${template.name}</bdi></b><span><bdi>${template.language}</bdi> · ${has('template.' + template.category) ? t('template.' + template.category) : template.category.toLowerCase()}</span>${unfit(template) ? html`<span>${icon('warn', 'i-sm')} ${t(unfit(template))}</span>` : nothing}</label>`)}
        ${chosen ? html`<button class="btn small only-stack" type="button" @click=${this.another}>${t('template.another')}</button>` : nothing}</div>
      <form class="tpl-form" @submit=${this.submit}>
        ${chosen ? this.filling(chosen) : html`<p class="hint">${t('template.preview')}</p>`}
        ${problem ? html`<p class="hint bad" role="alert">${problem}</p>` : nothing}
        <div class="foot"><span class="hint grow">${chosen && !unfit(chosen) && !this.complete ? t('template.fill') : html`${t('template.age', { at: clock(this.all.fetchedAt) })} <button class="btn quiet small" type="button" @click=${() => this.load(true)}>${t('act.refresh')}</button>`}</span><button class="btn primary" type="submit" ?disabled=${busy || !chosen || unfit(chosen) || !this.complete}>${icon('send')}${t('template.send')}</button></div></form></div>`;
  }

  filling(chosen) {
    const { draft } = this, { values } = draft;
    const wanted = places(chosen), why = unfit(chosen);
    const example = ['header', 'body'].map(kind => ({ type: kind, parameters: wanted.filter(p => p.component === kind).map(p => ({ parameter_name: p.name, text: values[this.place(p)] || `{{${p.name}}}` })) }));
    return html`${wanted.length && !why ? html`<div class="two">${wanted.map(p => html`<div class="field"><label for=${this.place(p)}>${label(p)}</label><input class="input" id=${this.place(p)} name=${this.place(p)} dir="auto" maxlength="500" .value=${values[this.place(p)] ?? ''} @input=${e => this.change({ values: { ...draft.values, [this.place(p)]: e.target.value }, problem: null })}></div>`)}</div>` : nothing}
      <div class="bubble">${templateView(chosen, example)}</div>
      ${why ? html`<p class="hint bad">${t(why)}. ${t('template.notFillable')}</p>` : nothing}`;
  }

  /** On a phone the list folds up around the one that was chosen. */
  async another() {
    this.change({ chosen: null, problem: null });
    await this.updateComplete;
    this.querySelector('.tpl-list input')?.focus();
  }
}

customElements.define('hd-template-form', HdTemplateForm);
