import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { mock, query } from './api.js';
import { said, t } from './i18n.js';
import { icon } from './marks.js';
import { toast } from './shell.js';
import { every, frame, head, paneHead, refused, second, waitOrFault } from './admin.js';

/** What the simulator plays instead of what usually happens, and its journal. */
class HdScenarios extends LitElement {
  static properties = { rail: {}, at: {}, book: { state: true }, fault: { state: true }, entries: { state: true }, open: { state: true }, wanted: { state: true } };

  constructor() {
    super();
    this.entries = [];
    this.q = '';
    this.wanted = '';
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.stop = every(2000, () => this.load());
  }

  disconnectedCallback() {
    this.stop();
    super.disconnectedCallback();
  }

  async load() {
    const q = this.q;
    try {
      const [book, journal] = await Promise.all([mock('GET', '/scenarios'), mock('GET', '/journal' + query({ limit: 30, q }))]);
      this.book = book;
      if (q === this.q) this.entries = journal.data;
      this.fault = null;
    } catch (fault) { this.fault = fault; }
  }

  async change(method, path, body, word) {
    try {
      await mock(method, path, body);
      if (word) toast(word);
      this.load();
    } catch (fault) { refused(fault); }
  }

  choose(e) {
    e.preventDefault();
    const form = new FormData(e.target);
    const to = form.get('to').trim(), next = form.get('next');
    this.change('POST', '/scenarios', { scenario: form.get('scenario'), ...(to ? { to } : {}), ...(next ? { next: Number(next) } : {}) },
      t('scen.chosenNow', { name: form.get('scenario') }));
  }

  chosen(book) {
    return html`<section class="pane" aria-labelledby="chosen-t">${paneHead('chosen-t', t('scen.chosen'), t('scen.chosenSub'), book.chosen.length > 1 ? html`<button class="btn" type="button" @click=${() => this.change('DELETE', '/scenarios')}>${t('scen.endAll')}</button>` : nothing)}
      ${book.chosen.length ? html`<table class="tbl tbl-stack"><thead><tr><th scope="col">${t('scen.name')}</th><th scope="col">${t('scen.for')}</th><th scope="col">${t('scen.calls')}</th><th scope="col"><span class="sr">${t('scen.end')}</span></th></tr></thead>
        <tbody>${repeat(book.chosen, c => c.id, c => html`<tr><th scope="row"><b>${c.scenario}</b></th><td data-h=${t('scen.for')}>${c.to ?? t('scen.everything')}</td><td data-h=${t('scen.calls')}>${t('scen.played', { n: c.played })}${c.next == null ? nothing : ` · ${t('scen.left', { n: c.next })}`}</td>
          <td class="td-a"><button class="btn small" type="button" aria-label=${t('scen.endOne', { name: c.scenario })} @click=${() => this.change('DELETE', '/scenarios/' + c.id)}>${t('scen.end')}</button></td></tr>`)}</tbody></table>` : html`<p class="pane-f muted">${t('scen.none')}</p>`}
      <form class="row-a in fields" @submit=${e => this.choose(e)}><div class="field"><label for="sc-name">${t('scen.name')}</label><select class="input" id="sc-name" name="scenario">${book.data.map(s => html`<option>${s.name}</option>`)}</select></div>
        <div class="field"><label for="sc-to">${t('scen.for')}</label><input class="input" id="sc-to" name="to" inputmode="tel" autocomplete="off" placeholder=${t('scen.toHint')}></div>
        <div class="field"><label for="sc-next">${t('scen.calls')}</label><input class="input" id="sc-next" name="next" type="number" min="1" max="1000000" placeholder=${t('scen.nextHint')}></div><button class="btn primary" type="submit">${icon('bolt')}${t('scen.choose')}</button></form></section>`;
  }

  all(book) {
    const wanted = this.wanted.toLowerCase(), found = book.data.filter(s => `${s.name} ${said(s.about)} +${s.number}`.toLowerCase().includes(wanted));
    return html`<section class="pane" aria-labelledby="all-t">${paneHead('all-t', t('scen.all'), t('scen.allSub'))}
      <details class="more"><summary>${t('scen.show', { n: book.data.length })}</summary><span class="find"><label class="sr" for="sc-all">${t('scen.findOne')}</label><input class="input" id="sc-all" type="search" placeholder=${t('scen.findOne')} @input=${e => { this.wanted = e.target.value.trim(); }}></span>
      ${found.length ? html`<table class="tbl tbl-stack"><thead><tr><th scope="col">${t('scen.name')}</th><th scope="col">${t('scen.about')}</th><th scope="col">${t('scen.number')}</th></tr></thead>
        <tbody>${repeat(found, s => s.name, s => html`<tr><th scope="row"><code>${s.name}</code></th><td data-h=${t('scen.about')}>${said(s.about)}</td><td class="num" data-h=${t('scen.number')}>+${s.number}</td></tr>`)}</tbody></table>` : html`<p class="muted sm">${t('scen.notFound')}</p>`}</details></section>`;
  }

  what(e) {
    return e.kind === 'call' ? html`<bdi>${e.method} ${e.path}</bdi>` : html`${e.kind === 'callback' ? html`<bdi>${e.what}</bdi>` : t('scen.handshake')} → <bdi>${e.url}</bdi>`;
  }

  journal() {
    return html`<section class="pane" aria-labelledby="journal-t">${paneHead('journal-t', t('scen.journal'), t('scen.journalSub'), html`<span class="row-a"><span class="find"><label class="sr" for="sc-q">${t('scen.find')}</label><input class="input" id="sc-q" type="search" placeholder=${t('scen.find')} @input=${e => { this.q = e.target.value.trim(); this.load(); }}></span><button class="btn" type="button" @click=${() => this.change('DELETE', '/journal')}>${t('scen.clear')}</button></span>`)}
      ${this.entries.length ? html`<table class="tbl tbl-stack"><thead><tr><th scope="col">${t('scen.at')}</th><th scope="col">${t('scen.what')}</th><th scope="col">${t('scen.status')}</th></tr></thead>
        <tbody>${repeat(this.entries, e => e.n, e => html`<tr><td data-h=${t('scen.at')}>${second(e.at)}</td><td data-h=${t('scen.what')}><button class="link" type="button" aria-expanded=${this.open === e.n} @click=${() => { this.open = this.open === e.n ? null : e.n; }}>${this.what(e)}</button>${this.open === e.n ? html`<pre class="wrap" tabindex="0"><code>${JSON.stringify(e, null, 2)}</code></pre>` : nothing}</td><td class="num" data-h=${t('scen.status')}>${e.status ?? e.fault ?? e.answer}</td></tr>`)}</tbody></table>` : html`<p class="pane-f muted">${t('scen.nothing')}</p>`}</section>`;
  }

  render() {
    const book = this.book;
    return frame('scenarios', this.rail, html`${head(t('page.scenarios'), t('scen.sub'))}
      ${book ? html`${this.chosen(book)}${this.journal()}${this.all(book)}` : waitOrFault(this.fault, () => this.load())}`);
  }
}

customElements.define('hd-scenarios', HdScenarios);
