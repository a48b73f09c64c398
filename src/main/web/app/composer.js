import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { post, upload } from './api.js';
import { bytes, clock, shortTime, t } from './i18n.js';
import { icon, kindLine, windowOf } from './marks.js';
import { nameOf, plain } from './format.js';
import { fillable, places, send as templateSend, templates } from './templates.js';
import { templateText } from './message.js';

const MB = 1024 * 1024;
const LONGEST = 4096;
/** What WhatsApp takes: kind of message, largest size. */
const LIMITS = [[/^image\/(jpeg|png)$/, 'image', 5 * MB], [/^image\/webp$/, 'sticker', 500 * 1024], [/^video\/(mp4|3gpp)$/, 'video', 16 * MB], [/^audio\/(aac|amr|mpeg|mp4|x-m4a|ogg)/, 'audio', 16 * MB]];
const DOCUMENT = 100 * MB;
const OFFICE = /\.(pdf|txt|csv|docx?|xlsx?|pptx?)$/i;
const TYPING_EVERY = 20000;
const DRAFTS = 'draft:';

function kindOf(file) {
  const found = LIMITS.find(([pattern]) => pattern.test(file.type));
  if (found) return { kind: found[1], most: found[2] };
  return OFFICE.test(file.name) ? { kind: 'document', most: DOCUMENT } : { kind: null, most: 0 };
}

/** Writes to the customer: text, files with limits told first, templates - the only way when the window is closed. A draft for each conversation. */
class HdComposer extends LitElement {
  static properties = { conversation: {}, quiet: {}, send: {}, keepNote: {}, noting: { state: true }, draft: { state: true }, files: { state: true }, quoted: { state: true }, problem: { state: true }, dragging: { state: true }, choosing: { state: true }, all: { state: true }, chosen: { state: true }, values: { state: true }, busy: { state: true }, tick: { state: true } };

  constructor() {
    super();
    this.draft = '';
    this.files = [];
    this.quoted = null;
    this.values = {};
    this.onDrag = e => this.drag(e);
    this.onDrop = e => this.drop(e);
    this.clock = setInterval(() => this.requestUpdate(), 15000);
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.area = this.closest('.thread');
    ['dragover', 'dragleave'].forEach(type => this.area?.addEventListener(type, this.onDrag));
    this.area?.addEventListener('drop', this.onDrop);
  }

  disconnectedCallback() {
    ['dragover', 'dragleave'].forEach(type => this.area?.removeEventListener(type, this.onDrag));
    this.area?.removeEventListener('drop', this.onDrop);
    clearInterval(this.clock);
    super.disconnectedCallback();
  }

  get key() { return `${DRAFTS}${this.conversation.contactId}/${this.conversation.phoneNumberId}`; }

  willUpdate(changed) {
    if (!changed.has('conversation')) return;
    if (this.of !== this.key) {
      this.of = this.key;
      const kept = JSON.parse(localStorage.getItem(this.key) ?? '{}');
      this.draft = kept.text ?? '';
      this.quoted = kept.quoted ?? null;
      this.files.forEach(f => f.upload?.abort());
      this.files = [];
      this.problem = null;
      this.choosing = false;
      this.noting = false;
      this.chosen = null;
    }
  }

  get window() { return windowOf(this.conversation.windowClosesAt); }
  get closed() { return this.window?.state === 'closed'; }

  updated(changed) {
    if ((this.closed || this.choosing) && !this.all && !this.asking) this.loadTemplates();
    const field = this.querySelector('textarea');
    if (changed.has('draft') && field && field.value !== this.draft) field.value = this.draft;
  }

  async loadTemplates(refresh = false) {
    this.asking = true;
    try {
      this.all = await templates(refresh);
      this.chosen ??= this.usable[0] ?? null;
    } catch (fault) { this.problem = fault.message || t('fault.offline'); }
    this.asking = false;
  }

  get usable() { return (this.all?.data ?? []).filter(template => template.status === 'APPROVED'); }

  keep() {
    if (this.draft || this.quoted) localStorage.setItem(this.key, JSON.stringify({ text: this.draft, quoted: this.quoted }));
    else localStorage.removeItem(this.key);
  }

  /** With a truth value it also changes between a reply and a note. */
  async focusText(note) {
    if (note !== undefined && note !== !!this.noting) {
      this.noting = note;
      await this.updateComplete;
    }
    this.querySelector('textarea, .tpl-list input:checked')?.focus();
  }

  quote(m) {
    this.quoted = { id: m.id, who: m.direction === 'inbound' ? nameOf(this.conversation.contact) : t('message.us'), text: plain(m.text) || '', type: m.type };
    this.keep();
    this.focusText();
  }

  take(text) {
    this.draft = text ?? '';
    this.keep();
    this.focusText();
  }

  typed(e) {
    this.draft = e.target.value;
    this.problem = null;
    this.keep();
    if (this.draft.trim() && !this.closed && !this.quiet && !this.noting && (!this.typedAt || Date.now() - this.typedAt > TYPING_EVERY)) {
      this.typedAt = Date.now();
      post(`/tickets/${this.conversation.id}/typing`).catch(() => {});
    }
  }

  keydown(e) {
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.submit(); }
    if (e.key === 'Escape') e.target.blur();
    if (e.key.toLowerCase() === 'u' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); this.querySelector('#attach').click(); }
  }

  drag(e) {
    if (!e.dataTransfer?.types.includes('Files')) return;
    e.preventDefault();
    this.dragging = e.type === 'dragover';
  }

  drop(e) {
    if (!e.dataTransfer?.files.length) return;
    e.preventDefault();
    this.dragging = false;
    this.attach(e.dataTransfer.files);
  }

  paste(e) {
    if (e.clipboardData?.files.length) { e.preventDefault(); this.attach(e.clipboardData.files); }
  }

  attach(list) {
    if (this.closed) return;
    for (const file of list) {
      const { kind, most } = kindOf(file);
      const entry = { file, kind, loaded: 0, state: 'uploading', fault: null };
      if (!kind) Object.assign(entry, { state: 'refused', fault: t('attach.type') });
      else if (file.size > most) Object.assign(entry, { state: 'refused', fault: t('attach.size', { size: bytes(file.size), kind: t('attach.' + kind), most: bytes(most) }) });
      else if (!file.size) Object.assign(entry, { state: 'refused', fault: t('attach.empty') });
      this.files = [...this.files, entry];
      if (entry.state === 'uploading') this.begin(entry);
    }
    this.focusText();
  }

  async begin(entry) {
    Object.assign(entry, { state: 'uploading', loaded: 0, fault: null });
    entry.upload = upload(entry.file, loaded => { entry.loaded = loaded; this.files = [...this.files]; });
    try {
      entry.id = await entry.upload.done;
      entry.state = 'ready';
    } catch (fault) {
      if (fault.name === 'AbortError') return;
      entry.state = 'failed';
      entry.fault = fault.status ? fault.message : t('attach.broke');
    }
    this.files = [...this.files];
  }

  drop1(entry) {
    if (entry.state === 'uploading') entry.upload?.abort();
    this.files = this.files.filter(other => other !== entry);
    this.focusText();
  }

  async submit() {
    const text = this.draft.trim();
    if (this.noting) { await this.submitNote(text); return; }
    const ready = this.files.filter(f => f.state === 'ready');
    if (this.busy || this.closed) return;
    if (this.files.some(f => f.state === 'uploading')) { this.problem = t('composer.uploading'); return; }
    if (this.files.some(f => f.state !== 'ready')) { this.problem = t('composer.refused'); return; }
    if (!text && !ready.length) return;
    if (text.length > LONGEST) { this.problem = t('composer.long', { most: LONGEST }); return; }
    this.busy = true;
    this.problem = null;
    const replyTo = this.quoted ? { replyTo: this.quoted.id } : {};
    const before = { draft: this.draft, quoted: this.quoted };
    const captioned = ready.length && text && text.length <= 1024 && ['image', 'video', 'document'].includes(ready[0].kind);
    const sends = [];
    ready.forEach((f, i) => sends.push([{ ...(i === 0 ? replyTo : {}), type: f.kind, [f.kind]: { id: f.id, ...(f.kind === 'document' ? { filename: f.file.name } : {}), ...(i === 0 && captioned ? { caption: text } : {}) } }, f.file.name, f]));
    if (text && !captioned) sends.push([{ ...(ready.length ? {} : replyTo), type: 'text', text: { body: text } }, text, null]);
    this.draft = '';
    this.quoted = null;
    this.keep();
    try {
      for (const [body, shown, file] of sends) {
        await this.send(body, shown);
        if (file) this.files = this.files.filter(other => other !== file);
      }
    } catch (fault) {
      this.draft = before.draft;
      this.quoted = before.quoted;
      this.keep();
      this.problem = fault.body?.errors?.map(error => error.message).join('. ') || fault.message || t('fault.offline');
    }
    this.busy = false;
    this.typedAt = 0;
    this.focusText();
  }

  async submitNote(text) {
    if (!text || this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await this.keepNote(text);
      this.draft = '';
      this.keep();
    } catch (fault) { this.problem = fault.body?.errors?.map(error => error.message).join('. ') || fault.message || t('fault.offline'); }
    this.busy = false;
    this.focusText();
  }

  async sendTemplate(e) {
    e.preventDefault();
    const missing = places(this.chosen).find(p => !this.values[this.place(p)]?.trim());
    if (missing) {
      this.problem = t('template.missing', { name: missing.name });
      this.querySelector(`[name="${this.place(missing)}"]`)?.focus();
      return;
    }
    this.busy = true;
    this.problem = null;
    try {
      const values = Object.fromEntries(places(this.chosen).map(p => [`${p.component}.${p.name}`, this.values[this.place(p)].trim()]));
      const body = templateSend(this.chosen, values);
      await this.send(body, templateText(this.chosen, body.template.components));
      this.choosing = false;
      this.values = {};
    } catch (fault) { this.problem = fault.body?.errors?.map(error => error.message).join('. ') || fault.message || t('fault.offline'); }
    this.busy = false;
  }

  place(p) { return `${this.chosen.name}.${p.component}.${p.name}`; }

  render() {
    if (!this.conversation) return nothing;
    return html`${(this.closed || this.choosing) && !this.noting ? this.templateForm() : this.form()}
      ${this.dragging ? html`<div class="dropping"><b>${t(this.closed ? 'attach.closed' : 'attach.drop')}</b><span class="xs">${t('attach.limits')}</span></div>` : nothing}`;
  }

  form() {
    const w = this.window;
    return html`<form class="composer ${this.noting ? 'noting' : ''}" aria-label=${t(this.noting ? 'composer.note' : 'composer.label')} @submit=${e => { e.preventDefault(); this.submit(); }}>
      <div class="modes"><button type="button" aria-pressed=${!this.noting} @click=${() => this.focusText(false)}>${t('composer.reply')}</button>${this.keepNote ? html`<button type="button" aria-pressed=${!!this.noting} @click=${() => this.focusText(true)}>${t('composer.note')}</button>` : nothing}${this.noting ? html`<span class="win">${icon('lock')}${t('composer.never')}</span>` : w ? html`<span class="win" data-w=${w.state}>${icon('clock')}${t('window.until', { at: clock(w.endsAt) })}<span class="no-stack">&nbsp;· ${w.text}</span></span>` : html`<span class="win">${icon('info')}${t('window.never')}</span>`}</div>
      ${this.quoted && !this.noting ? html`<div class="replyto"><span class="grow cut"><b><bdi>${this.quoted.who}</bdi></b><bdi>${this.quoted.text || kindLine(this.quoted.type)}</bdi></span><button class="btn quiet icon small" type="button" aria-label=${t('composer.unquote')} @click=${() => { this.quoted = null; this.keep(); this.focusText(); }}>${icon('x', 'i-sm')}</button></div>` : nothing}
      ${this.files.length && !this.noting ? html`<div class="attach">${repeat(this.files, f => f, f => this.file(f))}</div><p class="limits">${t('attach.limits')}</p>` : nothing}
      <label class="sr" for="reply">${t(this.noting ? 'composer.note' : 'composer.reply')}</label>
      <textarea id="reply" rows="2" dir="auto" placeholder=${this.noting ? t('composer.noteHint') : t('composer.hint', { name: nameOf(this.conversation.contact) })} .value=${this.draft} @input=${this.typed} @keydown=${this.keydown} @paste=${this.paste} aria-describedby=${this.problem ? 'reply-problem' : nothing}></textarea>
      <div class="bar">${this.noting ? nothing : html`<input class="sr" id="attach" type="file" multiple tabindex="-1" aria-hidden="true" @change=${e => { this.attach(e.target.files); e.target.value = ''; }}>
        <button class="btn quiet icon" type="button" title=${`${t('attach.button')} (Ctrl U): ${t('attach.limits')}`} aria-label=${t('attach.button')} @click=${() => this.querySelector('#attach').click()}>${icon('clip')}</button>
        <button class="btn quiet icon" type="button" title=${t('template.button')} aria-label=${t('template.button')} @click=${() => { this.choosing = true; }}>${icon('template')}</button>`}
        ${this.problem ? html`<span class="hint bad grow" id="reply-problem" role="alert">${this.problem}</span>` : html`<span class="hint">${this.draft.length > LONGEST - 600 ? t('composer.left', { n: LONGEST - this.draft.length }) : html`<span class="kbd">↵</span> ${t(this.noting ? 'composer.keepHint' : 'composer.send')} &nbsp;<span class="kbd">⇧</span> <span class="kbd">↵</span> ${t('composer.line')}`}</span>`}
        <button class="btn primary" type="submit" ?disabled=${this.busy}>${icon(this.noting ? 'check' : 'send')}${t(this.noting ? 'composer.keep' : 'act.send')}</button></div>
    </form>`;
  }

  file(f) {
    const type = (/\.([a-z0-9]{1,4})$/i.exec(f.file.name)?.[1] ?? f.kind ?? '?').toUpperCase();
    const bad = f.state === 'refused' || f.state === 'failed';
    return html`<div class="file ${bad ? 'bad' : ''}"><span class="ft" aria-hidden="true">${type}</span><bdi class="cut" title=${f.file.name}>${f.file.name}</bdi>
      ${f.state === 'failed' ? html`<button class="btn small x" type="button" @click=${() => this.begin(f)}>${icon('retry', 'i-sm')}${t('act.retry')}</button>` : html`<button class="btn quiet icon small x" type="button" aria-label=${t(f.state === 'uploading' ? 'attach.cancel' : 'attach.remove', { name: f.file.name })} @click=${() => this.drop1(f)}>${icon('x', 'i-sm')}</button>`}
      <span class="mt" role=${bad ? 'alert' : nothing}>${bad ? f.fault : f.state === 'ready' ? t('attach.ready', { size: bytes(f.file.size) }) : t('attach.progress', { loaded: bytes(f.loaded), size: bytes(f.file.size) })}</span>
      ${f.state === 'uploading' ? html`<progress max=${f.file.size} value=${f.loaded} aria-label=${t('attach.uploading', { name: f.file.name })}></progress>` : nothing}</div>`;
  }

  templateForm() {
    const w = this.window;
    return html`<section class="closed" aria-label=${t(this.closed ? 'template.closed' : 'template.button')}>
      <div class="closed-head">${icon(this.closed ? 'lock' : 'template')}<p class="grow">${this.closed ? html`<b>${t('template.closedSince', { at: shortTime(w.endsAt) })}</b> ${t('template.closedMore', { name: nameOf(this.conversation.contact) })}` : html`<b>${t('template.choose')}</b>`}</p>${this.closed ? html`<button class="btn small" type="button" @click=${() => this.focusText(true)}>${t('composer.note')}</button>` : html`<button class="btn quiet icon small" type="button" aria-label=${t('act.close')} @click=${() => { this.choosing = false; }}>${icon('x')}</button>`}</div>
      ${!this.all ? html`<p class="limits" role="status">${this.problem ?? t('template.loading')}${this.problem ? html` <button class="btn small" type="button" @click=${() => this.loadTemplates(true)}>${t('act.again')}</button>` : nothing}</p>` : !this.usable.length ? html`<p class="limits">${t('template.none')}</p>` : this.templateBody()}
    </section>`;
  }

  templateBody() {
    const chosen = this.chosen ?? this.usable[0];
    const wanted = places(chosen);
    const example = { template: { components: ['header', 'body'].map(kind => ({ type: kind, parameters: wanted.filter(p => p.component === kind).map(p => ({ parameter_name: p.name, text: this.values[this.place(p)] || `{{${p.name}}}` })) })) } };
    const header = chosen.components.find(c => c.type === 'HEADER' && c.text)?.text;
    return html`<div class="tpl"><div class="tpl-list" role="radiogroup" aria-label=${t('template.button')}>${this.usable.map(template => html`<label><input type="radio" name="template" .checked=${template === chosen} @change=${() => { this.chosen = template; this.problem = null; }}><b>${template.name}</b><span>${template.language} · ${template.category.toLowerCase()}</span></label>`)}</div>
      <form class="tpl-form" @submit=${this.sendTemplate}>
        ${wanted.length ? html`<div class="two">${wanted.map(p => html`<div class="field"><label for=${this.place(p)}>${/^\d+$/.test(p.name) ? t('template.place', { n: p.name }) : p.name.replaceAll('_', ' ')}</label><input class="input" id=${this.place(p)} name=${this.place(p)} dir="auto" maxlength="500" placeholder=${p.example} .value=${this.values[this.place(p)] ?? ''} @input=${e => { this.values = { ...this.values, [this.place(p)]: e.target.value }; this.problem = null; }}></div>`)}</div>` : nothing}
        <div class="bubble">${header ? html`<b>${header}</b>` : nothing}<div class="text" dir="auto">${templateText(chosen, example.template.components)}</div></div>
        ${fillable(chosen) ? nothing : html`<p class="hint bad">${t('template.notFillable')}</p>`}
        ${this.problem ? html`<p class="hint bad" role="alert">${this.problem}</p>` : nothing}
        <div class="foot"><span class="hint grow">${t('template.age', { at: clock(this.all.fetchedAt) })} <button class="btn quiet small" type="button" @click=${() => this.loadTemplates(true)}>${t('act.refresh')}</button></span><button class="btn primary" type="submit" ?disabled=${this.busy || !fillable(chosen)}>${icon('send')}${t('template.send')}</button></div></form></div>`;
  }
}

customElements.define('hd-composer', HdComposer);
