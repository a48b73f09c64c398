import { LitElement, html, nothing } from 'lit';
import { get, patch, post, query, remove } from './api.js';
import { t } from './i18n.js';
import { icon } from './marks.js';
import { soon, toast } from './shell.js';
import { forgetAgents } from './agents.js';
import { live } from './live.js';
import { ask, chip, frame, head, isAdmin, number, paneHead, refused, time, waitOrFault } from './admin.js';

/** Who answers: the names that tickets are assigned to. What somebody did stays known when they leave. */
class HdAgents extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, agents: { state: true }, fault: { state: true }, changing: { state: true }, errors: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.errors = {};
    this.onEvent = e => { if (['agent.changed', 'data.removed'].includes(e.detail.type)) this.load(); };
  }

  createRenderRoot() { return this; }
  connectedCallback() { super.connectedCallback(); live.addEventListener('event', this.onEvent); this.load(); }
  disconnectedCallback() { live.removeEventListener('event', this.onEvent); super.disconnectedCallback(); }

  async load() {
    try { this.agents = (await get('/agents' + query({ active: 'all' }))).data.sort((a, b) => b.active - a.active); this.fault = null; } catch (fault) { this.fault = fault; }
  }

  /** Does it, and shows how things are then; what is wrong with a field is said at the field. */
  async write(work, word, of) {
    this.busy = true;
    this.errors = {};
    this.of = of;
    let done = false;
    try {
      const agent = await work();
      toast(t(word, { name: agent.name }));
      this.changing = null;
      done = true;
      forgetAgents();
      await this.load();
    } catch (fault) {
      if (fault.body?.errors) this.errors = Object.fromEntries(fault.body.errors.map(error => [error.field, error.message]));
      else if (fault.code === 'agent-exists') this.errors = { name: t('agents.taken') };
      else refused(fault);
      soon(() => this.querySelector('[aria-invalid="true"]')?.focus());
    }
    this.busy = false;
    return done;
  }

  async save(e, agent) {
    e.preventDefault();
    const fields = [e.target.elements.name, e.target.elements.email], written = fields.map(field => field.value);
    const name = written[0].trim(), email = written[1].trim() || null;
    const done = await this.write(() => agent ? patch('/agents/' + agent.id, { name, email }) : post('/agents', { name, email }), agent ? 'agents.saved' : 'agents.added', agent?.id);
    if (done && !agent) fields.forEach((field, i) => { if (field.value === written[i]) field.value = ''; });       // what was typed meanwhile is the next one's
  }

  async leave(agent) {
    if (!await ask({ title: t('agents.askLeave', { name: agent.name }), text: t('agents.askLeaveMore', { n: number(agent.openTickets) }), act: t('agents.leave'), danger: true })) return;
    this.write(() => remove('/agents/' + agent.id), 'agents.left');
  }

  change(agent) {
    this.changing = agent?.id ?? null;
    this.errors = {};
    soon(() => this.querySelector(agent ? '#e-name' : '#n-name')?.focus());
  }

  form(prefix, agent) {
    const wrong = name => this.of === agent?.id ? this.errors[name] : undefined;
    const field = (name, type, most) => html`<div class="pf"><div class="pf-l"><label for="${prefix}-${name}">${t('people.' + (name === 'name' ? 'name' : 'email'))}</label></div><input class="input" id="${prefix}-${name}" name=${name} type=${type} dir="auto" autocomplete="off" maxlength=${most} .value=${agent?.[name] ?? ''} aria-invalid=${wrong(name) ? 'true' : nothing} aria-describedby="${prefix}-${name}-e"><div id="${prefix}-${name}-e" aria-live="polite">${wrong(name) ? html`<p class="say say-bad">${icon('x')}<span>${wrong(name)}</span></p>` : nothing}</div></div>`;
    return html`<form class="pfs" novalidate aria-label=${agent ? t('agents.change', { name: agent.name }) : t('agents.add')} @submit=${e => this.save(e, agent)}><div class="pf2">${field('name', 'text', 100)}${field('email', 'email', 254)}</div>
      <div class="row-a"><button class="btn primary" type="submit" ?disabled=${this.busy}>${t(agent ? 'people.save' : 'agents.add')}</button>${agent ? html`<button class="btn quiet" type="button" @click=${() => this.change(null)}>${t('act.cancel')}</button>` : nothing}</div></form>`;
  }

  row(agent) {
    const admin = isAdmin(this.session);
    return html`<tr><th scope="row" data-h=${t('people.name')}><bdi>${agent.name}</bdi>${agent.active ? nothing : html` ${chip('', t('agents.gone'))}`}</th><td data-h=${t('people.email')}><bdi>${agent.email ?? ''}</bdi></td><td class="num" data-h=${t('agents.open')}>${number(agent.openTickets)}</td><td data-h=${t('agents.since')}>${time(agent.createdAt)}</td>
      ${admin ? html`<td class="td-a"><span class="row-a">${agent.active ? html`<button class="btn small" type="button" aria-label=${t('agents.change', { name: agent.name })} @click=${() => this.change(agent)}>${t('agents.edit')}</button><button class="btn small danger" type="button" aria-label=${t('agents.leaves', { name: agent.name })} @click=${() => this.leave(agent)}>${t('agents.leave')}</button>`
        : html`<button class="btn small" type="button" aria-label=${t('agents.backOf', { name: agent.name })} @click=${() => this.write(() => patch('/agents/' + agent.id, { active: true }), 'agents.isBack')}>${t('agents.back')}</button>`}</span></td>` : nothing}</tr>
      ${this.changing === agent.id ? html`<tr class="tr-detail"><td colspan="5">${this.form('e', agent)}</td></tr>` : nothing}`;
  }

  render() {
    const admin = isAdmin(this.session);
    return frame('agents', this.rail, html`${head(t('page.agents'), t('agents.sub'))}
      ${!this.agents ? waitOrFault(this.fault, () => this.load()) : html`<section class="pane" aria-labelledby="team-t">${paneHead('team-t', t('agents.all'), t('agents.allSub'))}
        ${this.agents.length ? html`<table class="tbl tbl-stack"><thead><tr><th scope="col">${t('people.name')}</th><th scope="col">${t('people.email')}</th><th scope="col">${t('agents.open')}</th><th scope="col">${t('agents.since')}</th>${admin ? html`<th scope="col"><span class="sr">${t('dead.actions')}</span></th>` : nothing}</tr></thead><tbody>${this.agents.map(agent => this.row(agent))}</tbody></table>` : html`<p class="pane-f muted">${t('agents.none')}</p>`}</section>
      ${admin ? html`<section class="pane" aria-labelledby="add-t">${paneHead('add-t', t('agents.add'))}${this.form('n', null)}</section>` : nothing}`}`, true);
  }
}

customElements.define('hd-agents', HdAgents);
