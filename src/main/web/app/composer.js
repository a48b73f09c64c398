import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { newKey, post, upload } from './api.js';
import { ACCEPT, attachment, chip } from './attachments.js';
import { dayClock, t } from './i18n.js';
import { icon, kindLine, windowOf } from './marks.js';
import { nameOf, plain } from './format.js';
import './template-form.js';
import { changed as tell, changes, draftOf, handOn, keep } from './drafts.js';

const LONGEST = 4096;
const TYPING_EVERY = 20000;

const refusal = fault => fault.body?.errors?.map(error => error.message).join('. ') || fault.message;

/** Writes to the customer: text, files with limits told first, templates - the only way when the window is closed - and notes for colleagues. */
class HdComposer extends LitElement {
  static properties = { conversation: {}, quiet: {}, send: {}, keepNote: {}, dragging: { state: true } };

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
    const field = this.querySelector('textarea');
    if (field && field.value !== this.written) field.value = this.written;
  }

  change(what, draft = this.draft) { Object.assign(draft, what); tell(draft); }

  /** With a truth value it also changes between a reply and a note. */
  async focusText(note) {
    if (note !== undefined && note !== this.noting) {
      Object.assign(this.draft, { noting: note, problem: null });
      keep(this.draft);
      await this.updateComplete;
      await this.querySelector('hd-template-form')?.ready;
    }
    (this.querySelector('textarea, .tpl-list input:checked') ?? this.querySelector('.tpl-list input'))?.focus();
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
    handOn(this.conversation, text);
    this.focusText(false);
  }

  typed(e) {
    Object.assign(this.draft, this.noting ? { note: e.target.value, noted: null } : { text: e.target.value }, { problem: null });
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
      const entry = attachment(file);
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

  /** A note whose answer did not come may have been taken: the same, tried again, is that one. */
  attemptNote({ id }, { noted }, text) { return noted?.ticketId === id && noted.text === text ? noted : { ticketId: id, text, key: newKey() }; }

  async submit() {
    const { draft } = this, text = this.written.trim();
    if (draft.busy) return;
    if (this.noting) {
      if (text) {
        await this.whileBusy(async conversation => {
          const noted = this.attemptNote(conversation, draft, text);
          Object.assign(draft, { note: '', noted });
          keep(draft);
          try { await this.keepNote(conversation, noted); Object.assign(draft, { noted: null, noting: Boolean(draft.note) }); } catch (fault) { draft.note = [text, draft.note].filter(Boolean).join('\n\n'); throw fault; }
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

  render() {
    if (!this.conversation) return nothing;
    return html`${(this.closed || this.draft.choosing) && !this.noting ? this.templates() : this.form()}
      ${this.dragging ? html`<div class="dropping"><b>${t(this.noting ? 'attach.noNote' : this.closed ? 'attach.closed' : 'attach.drop')}</b><span class="xs">${t('attach.limits')}</span></div>` : nothing}`;
  }

  templates() {
    const send = (body, shown) => this.whileBusy(async (conversation, draft) => {
      await this.send(conversation, body, shown);
      Object.assign(draft, { choosing: false, chosen: null, values: {} });
    });
    return html`<hd-template-form .conversation=${this.conversation} .draft=${this.draft} .window=${this.window} .send=${send} .toNote=${() => this.focusText(true)}></hd-template-form>`;
  }

  form() {
    const w = this.window, { noting, written } = this, { quoted, files, problem, busy } = this.draft;
    return html`<form class="composer ${noting ? 'noting' : ''}" aria-label=${t(noting ? 'composer.note' : 'composer.label')} @submit=${e => { e.preventDefault(); this.submit(); }}>
      <div class="modes"><button type="button" aria-pressed=${!noting} @click=${() => this.focusText(false)}>${t('composer.reply')}</button>${this.keepNote ? html`<button type="button" aria-pressed=${noting} @click=${() => this.focusText(true)}>${t('composer.note')}</button>` : nothing}${noting ? html`<span class="win">${icon('lock')}${t('composer.never')}</span>` : w ? html`<span class="win" data-w=${w.state}>${icon('clock')}${t('window.until', { at: dayClock(w.endsAt) })}<span class="no-stack">· ${w.text}</span></span>` : html`<span class="win">${icon('info')}${t('window.never')}</span>`}</div>
      ${quoted && !noting ? html`<div class="replyto"><span class="grow cut"><b><bdi>${quoted.who}</bdi></b><bdi>${quoted.text || kindLine(quoted.type)}</bdi></span><button class="btn quiet icon small" type="button" aria-label=${t('composer.unquote')} @click=${this.unquote}>${icon('x', 'i-sm')}</button></div>` : nothing}
      ${files.length && !noting ? html`<div class="attach">${repeat(files, f => f, f => chip(f, { again: entry => this.begin(entry), drop: entry => this.drop1(entry) }))}</div>` : nothing}
      <label class="sr" for="reply">${t(noting ? 'composer.note' : 'composer.reply')}</label>
      <textarea id="reply" rows="2" dir="auto" placeholder=${noting ? t('composer.noteHint') : t('composer.hint', { name: nameOf(this.conversation.contact) })} .value=${written} @input=${this.typed} @keydown=${this.keydown} @paste=${this.paste} aria-describedby=${problem ? 'reply-problem' : nothing}></textarea>
      <div class="bar">${noting ? nothing : html`<input class="sr" id="attach" type="file" multiple accept=${ACCEPT} tabindex="-1" aria-hidden="true" @change=${e => { this.attach(e.target.files); e.target.value = ''; }}>
        <button class="btn quiet icon" type="button" title=${`${t('attach.button')} (Ctrl U): ${t('attach.limits')}`} aria-label=${t('attach.button')} aria-describedby="attach-limits" @click=${() => this.querySelector('#attach').click()}>${icon('clip')}</button>
        <button class="btn quiet icon" type="button" title=${t('template.button')} aria-label=${t('template.button')} @click=${() => this.change({ choosing: true })}>${icon('template')}</button>
        <span class="most" id="attach-limits" ?hidden=${!!problem}><span class="no-stack">${t('attach.most')}</span><span class="only-stack">${t('attach.mostShort')}</span></span>`}
        ${problem ? html`<span class="hint bad grow" id="reply-problem" role="alert">${problem}</span>` : html`<span class="hint">${written.length > LONGEST - 600 && !noting ? t('composer.left', { n: LONGEST - written.length }) : html`<span class="kbd">↵</span> ${t(noting ? 'composer.keeps' : 'composer.send')} &nbsp;<span class="kbd">⇧</span> <span class="kbd">↵</span> ${t('composer.line')}`}</span>`}
        <button class="btn primary" type="submit" ?disabled=${busy}>${icon(noting ? 'check' : 'send')}${t(noting ? 'composer.keep' : 'act.send')}</button></div>
    </form>`;
  }

}

customElements.define('hd-composer', HdComposer);
