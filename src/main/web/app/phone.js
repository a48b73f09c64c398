import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { get, mock, query } from './api.js';
import { live } from './live.js';
import { bytes, clock, dayKey, dayName, t } from './i18n.js';
import { avatar, icon } from './marks.js';
import { called, nameOf, phone } from './format.js';
import { bubble } from './message.js';
import { complain, toast } from './shell.js';
import './thread.js';

const BEHAVIOURS = ['reads', 'answers', 'takes', 'off', 'refuses'];
const REACTIONS = ['👍', '❤️', '😂', '🙏'];
const OWN = 'phones';
/** The control's bodies are JSON of at most 4 MB, and base64 is a third longer than what it holds. */
const LARGEST = 2.9 * 1024 * 1024;
const KINDS = { 'image/jpeg': 'image', 'image/png': 'image', 'image/webp': 'sticker' };
const kindOf = type => KINDS[type] ?? (/^(audio|video)\//.exec(type)?.[1] ?? 'document');

/** Plays customers: on their phones what they see, beside it the same conversation in the inbox. */
class HdPhone extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, customers: { state: true }, phones: { state: true }, current: { state: true }, messages: { state: true }, conversation: { state: true }, view: { state: true }, seen: { state: true }, reacting: { state: true }, removing: { state: true } };

  constructor() {
    super();
    this.customers = [];
    this.phones = new Map();
    this.messages = [];
    this.seen = new Map();
    this.met = new Set();
    this.turn = 0;
    this.view = 'phone';
    this.onEvent = e => this.event(e.detail);
    this.onReset = () => this.all();
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    live.addEventListener('event', this.onEvent);
    live.addEventListener('reset', this.onReset);
    this.all();
    this.poll = setInterval(() => { if (document.visibilityState === 'visible') this.loadPhones(); }, 2500);
  }

  disconnectedCallback() {
    live.removeEventListener('event', this.onEvent);
    live.removeEventListener('reset', this.onReset);
    clearInterval(this.poll);
    super.disconnectedCallback();
  }

  async all() {
    await Promise.all([this.loadPhones(), this.loadCustomers()]);
    if (this.current) await this.loadThread(); else this.choose(this.customers.find(c => c.id === this.at?.rest[0]) ?? this.customers[0]);
  }

  async loadPhones() {
    try {
      this.phones = new Map((await mock('GET', '/phones')).data.map(p => [p.id, p]));
    } catch { /* the next look */ }
  }

  // Those who have written, then the sample customers, then numbers that somebody added here.
  async loadCustomers() {
    let known = [];
    try { known = (await get('/contacts' + query({ limit: 100 }))).data; } catch { return; }
    const byId = new Map();
    for (const contact of known) {
      const id = contact.waId ?? contact.userId;
      if (id) byId.set(id, { id, contact, name: nameOf(contact), waId: contact.waId, userId: contact.userId });
    }
    for (const p of this.phones.values()) if (!byId.has(p.id)) byId.set(p.id, { id: p.id, name: p.name, waId: p.id });
    for (const p of JSON.parse(sessionStorage.getItem(OWN) ?? '[]')) if (!byId.has(p.id)) byId.set(p.id, p);
    this.customers = [...byId.values()];
    if (this.current) this.current = byId.get(this.current.id) ?? this.current;
  }

  async choose(customer) {
    if (!customer) return;
    this.current = customer;
    this.messages = [];
    this.conversation = null;
    this.reacting = null;
    if (this.view === 'sim') this.view = 'phone';
    this.seen = new Map(this.seen).set(customer.id, Date.now());
    await this.loadThread();
  }

  async loadThread() {
    const customer = this.current;
    const contactId = customer?.contact?.id;
    if (!contactId) return;
    const turn = ++this.turn;
    try {
      const [messages, tickets] = await Promise.all([get('/messages' + query({ contactId, limit: 60 })), get('/tickets' + query({ contactId, limit: 1 }))]);
      if (customer.id !== this.current?.id || turn < this.threadOf) return;        // answers may come in another order
      this.threadOf = turn;
      this.messages = messages.data.reverse();
      if (tickets.data[0]) this.conversation = tickets.data[0];
    } catch { /* an event asks again */ }
  }

  event(event) {
    if (event.type === 'data.removed') { this.current = null; this.messages = []; this.conversation = null; sessionStorage.removeItem(OWN); this.all(); return; }
    this.met.add(event.contactId);
    this.look();
    const customer = this.customers.find(c => c.contact?.id === event.contactId);
    if (customer && customer.id !== this.current?.id && event.type === 'message.status' && event.status === 'delivered') {
      this.news ??= new Map();
      this.news.set(customer.id, (this.news.get(customer.id) ?? 0) + 1);
      this.requestUpdate();
    }
  }

  /** One look after another, for all that came meanwhile: also while it comes without a pause. */
  look() {
    this.timer ??= setTimeout(async () => {
      const met = [...this.met];
      this.met.clear();
      if (this.current && !this.current.contact || met.some(id => id && !this.customers.some(c => c.contact?.id === id))) await this.loadCustomers();
      await this.loadThread();
      this.timer = undefined;
      if (this.met.size) this.look();
    }, 120);
  }

  async write(body, c = this.current) {
    try {
      await mock('POST', '/inbound', { from: c.waId ?? null, ...(c.userId ? { userId: c.userId } : {}), name: (c.contact ? c.contact.profileName : c.name) ?? undefined, ...body });
      return true;
    } catch (fault) { complain(fault.message); return false; }
  }

  async say(e) {
    e.preventDefault();
    const field = this.querySelector('#say'), written = field.value, text = written.trim();
    if (text && await this.write({ type: 'text', text }) && field.value === written) field.value = '';
  }

  /** A file of one's own, with what is written as its caption. */
  async attach(e) {
    const file = e.target.files[0], field = this.querySelector('#say'), { current } = this;
    e.target.value = '';
    if (!file) return;
    if (!file.size) { complain(t('phone.fileEmpty')); return; }
    if (file.size > LARGEST) { complain(t('phone.fileLarge', { most: bytes(LARGEST), size: bytes(file.size) })); return; }
    const type = kindOf(file.type), caption = field.value.trim();
    const data = await new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result.replace(/^[^,]*,/, ''));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    }).catch(() => null);
    if (data === null) { complain(t('phone.fileEmpty')); return; }
    if (await this.write({ type, data, mimeType: file.type || 'application/octet-stream', ...(type === 'document' ? { filename: file.name } : {}), ...(caption ? { caption } : {}) }, current)) field.value = '';
  }

  async react(emoji) {
    const latest = () => this.messages.filter(other => other.direction === 'outbound' && other.wamid && other.type !== 'reaction').at(-1);
    if (!this.reacting && !latest()) await this.loadThread();        // it has come just now
    const m = this.reacting ?? latest();
    this.reacting = null;
    if (!m) { toast(t('phone.nothingToReact')); return; }
    await this.write({ type: 'reaction', message_id: m.wamid, emoji });
  }

  async behave(behaviour) {
    try {
      this.phones = new Map((await mock('PUT', `/phones/${encodeURIComponent(this.current.id)}`, { behaviour })).data.map(p => [p.id, p]));
    } catch (fault) { complain(fault.message); }
  }

  add() {
    let id;
    do { id = '1555' + String(Math.floor(Math.random() * 6e6 + 1e6)); } while (this.customers.some(c => c.id === id));
    const customer = { id, waId: id, name: t('phone.newName', { end: id.slice(-4) }) };
    sessionStorage.setItem(OWN, JSON.stringify([...JSON.parse(sessionStorage.getItem(OWN) ?? '[]'), customer]));
    this.customers = [customer, ...this.customers];
    this.choose(customer);
  }

  async removeAll() {
    this.querySelector('#remove')?.close();
    try {
      const gone = await mock('DELETE', '/data');
      toast(t('phone.removed', { n: gone.messages }));
    } catch (fault) { complain(fault.message); }
  }

  async samples() {
    try { await mock('POST', '/samples'); toast(t('phone.samplesCome')); } catch (fault) { complain(fault.message); }
  }

  async askRemove() {
    this.removing = true;
    await this.updateComplete;
    this.querySelector('#remove').showModal();
  }

  render() {
    const current = this.current;
    return html`<div class="app sim" data-view=${this.view}>
      ${this.rail}
      <nav class="tabs viewtabs" aria-label=${t('phone.views')}>${['sim', 'phone', 'desk'].map(view => html`<button type="button" aria-pressed=${this.view === view} @click=${() => { this.view = view; }}>${t('phone.view.' + view)}</button>`)}</nav>
      ${this.side()}
      <section class="stage" role=${this.view === 'phone' ? 'main' : nothing} aria-label=${current ? t('phone.of', { name: current.name }) : t('page.phone')}>${this.view === 'phone' ? html`<h1 class="sr">${t('page.phone')}</h1>` : nothing}${current ? this.device() : nothing}</section>
      ${this.conversation ? html`<hd-thread class="thread" role=${this.view === 'desk' ? 'main' : 'region'} aria-label=${t('phone.view.desk')} .quiet=${true} .conversation=${this.conversation}></hd-thread>` : html`<section class="thread" aria-label=${t('phone.view.desk')} role=${this.view === 'desk' ? 'main' : nothing}><div class="voidpane"><div class="empty">${icon('inbox')}${this.view === 'desk' ? html`<h1>${t('phone.deskEmpty')}</h1>` : html`<h2>${t('phone.deskEmpty')}</h2>`}<p>${t('phone.deskEmptyMore')}</p></div></div></section>`}
      ${this.removing ? html`<dialog class="box" id="remove" aria-labelledby="remove-title" @close=${() => { this.removing = false; }}><div><h2 id="remove-title">${t('phone.removeTitle')}</h2><p class="sm">${t('phone.removeText')}</p><div class="acts"><button class="btn quiet" type="button" @click=${e => e.target.closest('dialog').close()}>${t('act.cancel')}</button><button class="btn danger" type="button" @click=${this.removeAll}>${t('phone.removeAll')}</button></div></div></dialog>` : nothing}
    </div>`;
  }

  side() {
    const behaviour = this.phones.get(this.current?.id)?.behaviour ?? 'reads';
    return html`<section class="simside" role=${this.view === 'sim' ? 'main' : nothing} aria-label=${t('phone.customers')} tabindex="0">
      ${this.view === 'sim' ? html`<h1 class="sr">${t('page.phone')}</h1>` : nothing}<div class="sect"><h2>${t('phone.customers')}<button class="btn quiet icon small" type="button" aria-label=${t('phone.add')} title=${t('phone.add')} @click=${this.add}>${icon('plus', 'i-sm')}</button></h2>
        <div>${repeat(this.customers, c => c.id, c => html`<button class="cust" type="button" aria-current=${c.id === this.current?.id ? 'true' : nothing} @click=${() => { this.news?.delete(c.id); this.choose(c); }}>${avatar(c.contact ?? c, 'm')}<span><b class="cut"><bdi>${c.name}</bdi></b>${c.contact && !called(c.contact) ? nothing : html`<span class="xs cut num">${c.waId ? phone({ phone: '+' + c.waId }) : t('phone.hidden')}</span>`}</span>${this.news?.get(c.id) ? html`<span class="count" role="img" aria-label=${t('list.unread', { n: this.news.get(c.id) })}>${this.news.get(c.id)}</span>` : nothing}</button>`)}</div></div>
      ${this.current ? html`<fieldset class="sect plain"><legend>${t('phone.behaviour')}</legend>${BEHAVIOURS.map(b => html`<label class="radio"><input type="radio" name="behaviour" .checked=${b === behaviour} @change=${() => this.behave(b)}><span>${t('phone.' + b)}</span><span class="xs">${t(`phone.${b}More`)}</span></label>`)}</fieldset>` : nothing}
      <div class="sect"><h2>${t('phone.data')}</h2><div class="acts"><button class="btn small" type="button" @click=${this.samples}>${t('phone.samples')}</button>${this.session?.role === 'admin' ? html`<button class="btn small danger" type="button" @click=${this.askRemove}>${t('phone.removeAsk')}</button>` : nothing}</div></div>
    </section>`;
  }

  device() {
    const c = this.current;
    const tray = [['image', 'image', 'phone.photo'], ['document', 'file', 'kind.document'], ['voice', 'mic', 'kind.voice'], ['video', 'play', 'kind.video'], ['sticker', 'smile', 'kind.sticker'], ['location', 'pin', 'kind.location'], ['contacts', 'user', 'phone.contact'], ['order', 'shop', 'kind.order'], ['unsupported', 'poll', 'phone.poll']];
    return html`<div class="device"><div class="screen">
        <div class="statusline" aria-hidden="true"><span>${clock(Date.now())}</span><span>${this.phones.get(c.id)?.behaviour === 'off' ? t('phone.noNet') : '5G'}</span></div>
        <div class="phone-head">${avatar({ id: 'us', profileName: t('phone.business') }, 'm')}<div class="grow"><b class="cut">${t('phone.business')}</b><div class="xs muted">${this.phones.get(c.id)?.typing ? t('phone.typing') : t('phone.account')}</div></div></div>
        <div class="phone-log" role="log" aria-label=${t('phone.log')} tabindex="0"><div>${this.log()}</div></div>
        <form class="phone-write" @submit=${this.say}><button class="btn quiet icon" type="button" aria-label=${t('phone.file')} title=${t('phone.file')} @click=${() => this.querySelector('#own').click()}>${icon('clip')}</button><input type="file" id="own" hidden aria-label=${t('phone.file')} @change=${this.attach}><label class="sr" for="say">${t('phone.say')}</label><input class="input" id="say" dir="auto" autocomplete="off" placeholder=${t('phone.say')} maxlength="4096"><button class="btn primary icon" type="submit" aria-label=${t('phone.send')}>${icon('send')}</button></form>
      </div></div>
      <div class="tray" role="group" aria-label=${t('phone.sendAs')}>${tray.map(([type, name, word]) => html`<button class="btn small" type="button" @click=${() => this.write({ type })}>${icon(name, 'i-sm')}${t(word)}</button>`)}${REACTIONS.map(emoji => html`<button class="btn small" type="button" aria-label=${t('phone.reactWith', { emoji })} title=${t('phone.reactWith', { emoji })} @click=${() => this.react(emoji)}>${emoji}</button>`)}</div>`;
  }

  // What is on the phone: everything of its own, and of ours what was delivered.
  log() {
    const arrived = new Set(['delivered', 'read', 'played']);
    const shown = this.messages.filter(m => m.direction === 'inbound' || arrived.has(m.status));
    const own = shown.filter(m => m.direction === 'inbound' && m.type !== 'reaction');
    const unreadFrom = own.length - (this.conversation?.unreadCount ?? own.length);
    const read = new Map(own.map((m, i) => [m.id, i < unreadFrom]));
    const contact = this.current.contact ?? this.current;
    const acts = { contact: { profileName: t('phone.you') }, jump: () => {}, open: m => this.querySelector('hd-thread')?.acts().open(m),
      tickOf: m => read.get(m.id) ? 'read' : 'delivered', choices: m => this.choices(m), choose: true };
    let day = null, side = null;
    const entries = [];
    for (const m of shown) {
      if (dayKey(m.sentAt) !== day) { day = dayKey(m.sentAt); side = null; entries.push({ key: 'day' + day, show: html`<div class="day" role="separator"><span>${dayName(m.sentAt)}</span></div>` }); }
      if (m.type === 'reaction' || m.type === 'system') continue;
      const first = m.direction !== side;
      side = m.direction;
      entries.push({ key: m.id, show: bubble(m, { first, acts, mine: 'inbound', simple: true }) });
    }
    if (this.phones.get(this.current.id)?.typing) entries.push({ key: 'typing', show: html`<div class="msg in"><div class="bubble"><span class="typing" role="img" aria-label=${t('phone.typing')}><i></i><i></i><i></i></span></div></div>` });
    if (!entries.length) return html`<p class="event">${t('phone.empty', { name: nameOf(contact) })}</p>`;
    return repeat(entries, e => e.key, e => e.show);
  }

  choices(m) {
    if (m.direction !== 'outbound' || m.type !== 'interactive') return nothing;
    const action = m.payload?.interactive?.action ?? {};
    const rows = [...(action.buttons ?? []).map(b => ({ ...b.reply, kind: 'button_reply' })), ...(action.sections ?? []).flatMap(s => s.rows ?? []).map(r => ({ ...r, kind: 'list_reply' }))].filter(r => r.id);
    const answered = this.messages.some(other => other.direction === 'inbound' && other.contextWamid === m.wamid && other.type === 'interactive');
    return html`<div class="choices">${rows.map(r => html`<button type="button" ?disabled=${answered} @click=${() => this.write({ type: r.kind, id: r.id, title: r.title, replyTo: m.wamid })}><bdi>${r.title}</bdi></button>`)}</div>`;
  }
}

customElements.define('hd-phone', HdPhone);
