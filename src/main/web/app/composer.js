import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { post, upload } from './api.js';
import { bytes, clock, shortTime, t } from './i18n.js';
import { icon, kindLine, windowOf } from './marks.js';
import { nameOf, plain } from './format.js';
import { fillable, places, send as templateSend, templates } from './templates.js';
import { templateText, templateView } from './message.js';
import { changed as tell, changes, draftOf, keep } from './drafts.js';

const MB = 1024 * 1024;
const LONGEST = 4096;
/** What WhatsApp takes: kind of message, largest size. */
const LIMITS = [[/^image\/(jpeg|png)$/, 'image', 5 * MB], [/^image\/webp$/, 'sticker', 500 * 1024], [/^video\/(mp4|3gpp)$/, 'video', 16 * MB], [/^audio\/(aac|amr|mpeg|mp4|x-m4a|ogg)/, 'audio', 16 * MB]];
const DOCUMENT = 100 * MB;
const OFFICE = /\.(pdf|txt|csv|docx?|xlsx?|pptx?)$/i;
const TYPING_EVERY = 20000;
/** For the chooser of files: the types above; drop and paste are checked when they come. */
const ACCEPT = 'image/jpeg,image/png,image/webp,video/mp4,video/3gpp,audio/aac,audio/amr,audio/mpeg,audio/mp4,audio/ogg,.pdf,.txt,.csv,.doc,.docx,.xls,.xlsx,.ppt,.pptx';

const named = template => `${template.name} ${template.language}`;
const refusal = fault => fault.body?.errors?.map(error => error.message).join('. ') || fault.message || t('fault.offline');

function kindOf(file) {
  const found = LIMITS.find(([pattern]) => pattern.test(file.type));
  if (found) return { kind: found[1], most: found[2] };
  return OFFICE.test(file.name) ? { kind: 'document', most: DOCUMENT } : { kind: null, most: 0 };
}

/** Writes to the customer: text, files with limits told first, templates - the only way when the window is closed - and notes for colleagues. */
class HdComposer extends LitElement {
  static properties = { conversation: {}, quiet: {}, send: {}, keepNote: {}, dragging: { state: true }, all: { state: true } };

  constructor() {
    super();
    this.onDrag = e => this.drag(e);
    this.onDrop = e => this.drop(e);
    this.onDraft = e => { if (e.detail === this.draft?.key) this.requestUpdate(); };
    this.clock = setInterval(() => this.requestUpdate(), 15000);
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.area = this.closest('.thread');
    ['dragover', 'dragleave'].forEach(type => this.area?.addEventListener(type, this.onDrag));
    this.area?.addEventListener('drop', this.onDrop);
    changes.addEventListener('change', this.onDraft);
  }

  disconnectedCallback() {
    ['dragover', 'dragleave'].forEach(type => this.area?.removeEventListener(type, this.onDrag));
    this.area?.removeEventListener('drop', this.onDrop);
    changes.removeEventListener('change', this.onDraft);
    clearInterval(this.clock);
    super.disconnectedCallback();
  }

  willUpdate(changed) {
    if (!changed.has('conversation') || !this.conversation) return;
    const draft = draftOf(this.conversation);
    if (draft === this.draft) return;
    this.draft = draft;
    this.typedAt = 0;
  }

  get noting() { return this.draft.noting; }
  get written() { return this.noting ? this.draft.note : this.draft.text; }
  get window() { return windowOf(this.conversation.windowClosesAt); }
  get closed() { return this.window?.state === 'closed'; }

  updated() {
    if (!this.conversation) return;
    if ((this.closed || this.draft.choosing) && !this.all && !this.asking) this.loadTemplates();
    const field = this.querySelector('textarea');
    if (field && field.value !== this.written) field.value = this.written;
  }

  async loadTemplates(refresh = false) {
    const draft = this.draft;
    this.asking = true;
    try {
      this.all = await templates(refresh);
      draft.problem = null;
    } catch (fault) { draft.problem = refusal(fault); }
    this.asking = false;
    tell(draft);
  }

  change(what, draft = this.draft) { Object.assign(draft, what); tell(draft); }

  get usable() { return (this.all?.data ?? []).filter(template => template.status === 'APPROVED'); }

  get template() { return this.usable.find(template => named(template) === this.draft.chosen) ?? this.usable[0]; }

  /** With a truth value it also changes between a reply and a note. */
  async focusText(note) {
    if (note !== undefined && note !== this.noting) {
      Object.assign(this.draft, { noting: note, problem: null });
      keep(this.draft);
      await this.updateComplete;
    }
    this.querySelector('textarea, .tpl-list input:checked')?.focus();
  }

  quote(m) {
    this.draft.quoted = { id: m.id, who: m.direction === 'inbound' ? nameOf(this.conversation.contact) : t('message.us'), text: plain(m.text) || '', type: m.type };
    keep(this.draft);
    this.focusText(false);
  }

  unquote() {
    this.draft.quoted = null;
    keep(this.draft);
    this.focusText();
  }

  take(text) {
    this.draft.text = text ?? '';
    keep(this.draft);
    this.focusText(false);
  }

  typed(e) {
    Object.assign(this.draft, { [this.noting ? 'note' : 'text']: e.target.value, problem: null });
    keep(this.draft);
    if (this.written.trim() && !this.closed && !this.quiet && !this.noting && (!this.typedAt || Date.now() - this.typedAt > TYPING_EVERY)) {
      this.typedAt = Date.now();
      post(`/tickets/${this.conversation.id}/typing`).catch(() => {});
    }
  }

  keydown(e) {
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.submit(); }
    if (e.key === 'Escape') e.target.blur();
    if (e.key.toLowerCase() === 'u' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); this.querySelector('#attach')?.click(); }
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
    const draft = this.draft;
    if (this.noting) { this.change({ problem: t('attach.noNote') }); return; }
    if (this.closed) return;
    for (const file of list) {
      const { kind, most } = kindOf(file);
      const entry = { file, name: file.name, size: file.size, kind, loaded: 0, state: 'uploading', fault: null };
      if (!kind) Object.assign(entry, { state: 'refused', fault: t('attach.type') });
      else if (file.size > most) Object.assign(entry, { state: 'refused', fault: t('attach.size', { size: bytes(file.size), kind: t('attach.' + kind), most: bytes(most) }) });
      else if (!file.size) Object.assign(entry, { state: 'refused', fault: t('attach.empty') });
      draft.files = [...draft.files, entry];
      if (entry.state === 'uploading') this.begin(entry, draft);
    }
    tell(draft);
    this.focusText();
  }

  async begin(entry, draft = this.draft) {
    Object.assign(entry, { state: 'uploading', loaded: 0, fault: null });
    entry.upload = upload(entry.file, loaded => { entry.loaded = loaded; tell(draft); });
    try {
      entry.id = await entry.upload.done;
      entry.state = 'ready';
    } catch (fault) {
      if (fault.name === 'AbortError') return;
      entry.state = 'failed';
      entry.fault = fault.status ? fault.message : t('attach.broke');
    }
    keep(draft);
  }

  drop1(entry) {
    if (entry.state === 'uploading') entry.upload?.abort();
    this.draft.files = this.draft.files.filter(other => other !== entry);
    keep(this.draft);
    this.focusText();
  }

  // What is under way belongs to the conversation in which Enter was pressed, whichever is open when it ends.
  async whileBusy(work) {
    const { conversation, draft } = this;
    this.change({ busy: true, problem: null });
    try { await work(conversation, draft); } catch (fault) { draft.problem = refusal(fault); }
    draft.busy = false;
    keep(draft);
    await this.updateComplete;
    if (this.draft === draft && (document.activeElement === document.body || this.contains(document.activeElement))) this.focusText();
  }

  async submit() {
    const { draft } = this, text = this.written.trim();
    if (draft.busy) return;
    if (this.noting) {
      if (text) {
        await this.whileBusy(async conversation => {
          draft.note = '';
          tell(draft);
          try { await this.keepNote(conversation, text); } catch (fault) { draft.note = [text, draft.note].filter(Boolean).join('\n\n'); throw fault; }
        });
      }
      return;
    }
    const ready = draft.files.filter(f => f.state === 'ready');
    if (this.closed) return;
    if (draft.files.some(f => f.state === 'uploading')) { this.change({ problem: t('composer.uploading') }); return; }
    if (draft.files.some(f => f.state !== 'ready')) { this.change({ problem: t('composer.refused') }); return; }
    if (!text && !ready.length) return;
    if (text.length > LONGEST) { this.change({ problem: t('composer.long', { most: LONGEST }) }); return; }
    const { quoted } = draft, replyTo = quoted ? { replyTo: quoted.id } : {};
    const captioned = ready.length && text && text.length <= 1024 && ['image', 'video', 'document'].includes(ready[0].kind);
    const sends = [];
    ready.forEach((f, i) => sends.push({ file: f, says: i === 0 && captioned, shown: f.name, body: { ...(i === 0 ? replyTo : {}), type: f.kind, [f.kind]: { id: f.id, ...(f.kind === 'document' ? { filename: f.name } : {}), ...(i === 0 && captioned ? { caption: text } : {}) } } }));
    if (text && !captioned) sends.push({ says: true, shown: text, body: { ...(ready.length ? {} : replyTo), type: 'text', text: { body: text } } });
    await this.whileBusy(async conversation => {
      Object.assign(draft, { text: '', quoted: null });
      keep(draft);
      try {
        while (sends.length) {
          await this.send(conversation, sends[0].body, sends[0].shown);
          const { file } = sends.shift();
          if (file) { draft.files = draft.files.filter(other => other !== file); keep(draft); }
        }
      } finally {
        if (sends.some(send => send.says)) draft.text = [text, draft.text].filter(Boolean).join('\n\n');      // what was not sent is written again
        if (sends.some(send => send.body.replyTo)) draft.quoted ??= quoted;
      }
    });
    this.typedAt = 0;
  }

  async sendTemplate(e) {
    e.preventDefault();
    const { draft, template } = this;
    if (draft.busy) return;
    const missing = places(template).find(p => !draft.values[this.place(p)]?.trim());
    if (missing) {
      this.change({ problem: t('template.missing', { name: missing.name }) });
      this.querySelector(`[name="${this.place(missing)}"]`)?.focus();
      return;
    }
    const values = Object.fromEntries(places(template).map(p => [`${p.component}.${p.name}`, draft.values[this.place(p)].trim()]));
    const body = templateSend(template, values);
    await this.whileBusy(async conversation => {
      await this.send(conversation, body, templateText(template, body.template.components) ?? template.name);
      Object.assign(draft, { choosing: false, values: {} });
    });
  }

  place(p) { return `${this.template.name}.${p.component}.${p.name}`; }

  render() {
    if (!this.conversation) return nothing;
    return html`${(this.closed || this.draft.choosing) && !this.noting ? this.templateForm() : this.form()}
      ${this.dragging ? html`<div class="dropping"><b>${t(this.noting ? 'attach.noNote' : this.closed ? 'attach.closed' : 'attach.drop')}</b><span class="xs">${t('attach.limits')}</span></div>` : nothing}`;
  }

  form() {
    const w = this.window, { noting, written } = this, { quoted, files, problem, busy } = this.draft;
    return html`<form class="composer ${noting ? 'noting' : ''}" aria-label=${t(noting ? 'composer.note' : 'composer.label')} @submit=${e => { e.preventDefault(); this.submit(); }}>
      <div class="modes"><button type="button" aria-pressed=${!noting} @click=${() => this.focusText(false)}>${t('composer.reply')}</button>${this.keepNote ? html`<button type="button" aria-pressed=${noting} @click=${() => this.focusText(true)}>${t('composer.note')}</button>` : nothing}${noting ? html`<span class="win">${icon('lock')}${t('composer.never')}</span>` : w ? html`<span class="win" data-w=${w.state}>${icon('clock')}${t('window.until', { at: clock(w.endsAt) })}<span class="no-stack">&nbsp;· ${w.text}</span></span>` : html`<span class="win">${icon('info')}${t('window.never')}</span>`}</div>
      ${quoted && !noting ? html`<div class="replyto"><span class="grow cut"><b><bdi>${quoted.who}</bdi></b><bdi>${quoted.text || kindLine(quoted.type)}</bdi></span><button class="btn quiet icon small" type="button" aria-label=${t('composer.unquote')} @click=${this.unquote}>${icon('x', 'i-sm')}</button></div>` : nothing}
      ${files.length && !noting ? html`<div class="attach">${repeat(files, f => f, f => this.file(f))}</div>` : nothing}
      <label class="sr" for="reply">${t(noting ? 'composer.note' : 'composer.reply')}</label>
      <textarea id="reply" rows="2" dir="auto" placeholder=${noting ? t('composer.noteHint') : t('composer.hint', { name: nameOf(this.conversation.contact) })} .value=${written} @input=${this.typed} @keydown=${this.keydown} @paste=${this.paste} aria-describedby=${problem ? 'reply-problem' : nothing}></textarea>
      <div class="bar">${noting ? nothing : html`<input class="sr" id="attach" type="file" multiple accept=${ACCEPT} tabindex="-1" aria-hidden="true" @change=${e => { this.attach(e.target.files); e.target.value = ''; }}>
        <button class="btn quiet icon" type="button" title=${`${t('attach.button')} (Ctrl U): ${t('attach.limits')}`} aria-label=${t('attach.button')} aria-describedby="attach-limits" @click=${() => this.querySelector('#attach').click()}>${icon('clip')}</button>
        <button class="btn quiet icon" type="button" title=${t('template.button')} aria-label=${t('template.button')} @click=${() => this.change({ choosing: true })}>${icon('template')}</button>
        <span class="most" id="attach-limits" ?hidden=${!!problem}>${t('attach.most')}</span>`}
        ${problem ? html`<span class="hint bad grow" id="reply-problem" role="alert">${problem}</span>` : html`<span class="hint">${written.length > LONGEST - 600 && !noting ? t('composer.left', { n: LONGEST - written.length }) : html`<span class="kbd">↵</span> ${t(noting ? 'composer.keeps' : 'composer.send')} &nbsp;<span class="kbd">⇧</span> <span class="kbd">↵</span> ${t('composer.line')}`}</span>`}
        <button class="btn primary" type="submit" ?disabled=${busy}>${icon(noting ? 'check' : 'send')}${t(noting ? 'composer.keep' : 'act.send')}</button></div>
    </form>`;
  }

  file(f) {
    const type = (/\.([a-z0-9]{1,4})$/i.exec(f.name)?.[1] ?? f.kind ?? '?').toUpperCase();
    const bad = f.state === 'refused' || f.state === 'failed';
    return html`<div class="file ${bad ? 'bad' : ''}"><span class="ft" aria-hidden="true">${type}</span><bdi class="cut" title=${f.name}>${f.name}</bdi>
      ${f.state === 'failed' ? html`<button class="btn small x" type="button" @click=${() => this.begin(f)}>${icon('retry', 'i-sm')}${t('act.retry')}</button>` : html`<button class="btn quiet icon small x" type="button" aria-label=${t(f.state === 'uploading' ? 'attach.cancel' : 'attach.remove', { name: f.name })} @click=${() => this.drop1(f)}>${icon('x', 'i-sm')}</button>`}
      <span class="mt" role=${bad ? 'alert' : nothing}>${bad ? f.fault : f.state === 'ready' ? t('attach.ready', { size: bytes(f.size) }) : t('attach.progress', { loaded: bytes(f.loaded), size: bytes(f.size) })}</span>
      ${f.state === 'uploading' ? html`<progress max=${f.size} value=${f.loaded} aria-label=${t('attach.uploading', { name: f.name })}></progress>` : nothing}</div>`;
  }

  templateForm() {
    const w = this.window, { text, problem } = this.draft, name = nameOf(this.conversation.contact);
    return html`<section class="closed" aria-label=${t(this.closed ? 'template.closed' : 'template.button')}>
      <div class="closed-head">${icon(this.closed ? 'lock' : 'template')}<p class="grow">${this.closed ? html`<b>${t('template.closedSince', { at: shortTime(w.endsAt) })}</b> ${t('template.closedMore', { name })}` : html`<b>${t('template.choose')}</b>`}</p>${this.closed ? html`<button class="btn small" type="button" @click=${() => this.focusText(true)}>${t('composer.note')}</button>` : html`<button class="btn quiet icon small" type="button" aria-label=${t('act.close')} @click=${() => this.change({ choosing: false, problem: null })}>${icon('x')}</button>`}</div>
      ${this.closed && text.trim() ? html`<p class="limits">${t('template.draft', { name })} <bdi>${plain(text)}</bdi></p>` : nothing}
      ${!this.all ? html`<p class="limits" role="status">${problem ?? t('template.loading')}${problem ? html` <button class="btn small" type="button" @click=${() => this.loadTemplates(true)}>${t('act.again')}</button>` : nothing}</p>` : !this.usable.length ? html`<p class="limits">${t('template.none')}</p>` : this.templateBody()}
    </section>`;
  }

  templateBody() {
    const { template: chosen, draft } = this, { values, problem, busy } = draft;
    const wanted = places(chosen);
    const example = ['header', 'body'].map(kind => ({ type: kind, parameters: wanted.filter(p => p.component === kind).map(p => ({ parameter_name: p.name, text: values[this.place(p)] || `{{${p.name}}}` })) }));
    return html`<div class="tpl"><div class="tpl-list" role="radiogroup" aria-label=${t('template.button')}>${this.usable.map(template => html`<label><input type="radio" name="template" .checked=${template === chosen} @change=${() => this.change({ chosen: named(template), problem: null })}><b>${template.name}</b><span>${template.language} · ${template.category.toLowerCase()}</span></label>`)}</div>
      <form class="tpl-form" @submit=${this.sendTemplate}>
        ${wanted.length ? html`<div class="two">${wanted.map(p => html`<div class="field"><label for=${this.place(p)}>${/^\d+$/.test(p.name) ? t('template.place', { n: p.name }) : p.name.replaceAll('_', ' ')}</label><input class="input" id=${this.place(p)} name=${this.place(p)} dir="auto" maxlength="500" placeholder=${p.example} .value=${values[this.place(p)] ?? ''} @input=${e => this.change({ values: { ...draft.values, [this.place(p)]: e.target.value }, problem: null })}></div>`)}</div>` : nothing}
        <div class="bubble">${templateView(chosen, example)}</div>
        ${fillable(chosen) ? nothing : html`<p class="hint bad">${t('template.notFillable')}</p>`}
        ${problem ? html`<p class="hint bad" role="alert">${problem}</p>` : nothing}
        <div class="foot"><span class="hint grow">${t('template.age', { at: clock(this.all.fetchedAt) })} <button class="btn quiet small" type="button" @click=${() => this.loadTemplates(true)}>${t('act.refresh')}</button></span><button class="btn primary" type="submit" ?disabled=${busy || !fillable(chosen)}>${icon('send')}${t('template.send')}</button></div></form></div>`;
  }
}

customElements.define('hd-composer', HdComposer);
