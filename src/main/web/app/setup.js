import { LitElement, html, nothing, svg } from 'lit';
import { get, post } from './api.js';
import { has, said, t } from './i18n.js';
import { icon } from './marks.js';
import { soon } from './shell.js';
import { ago, chip, copyField, every, frame, head, isAdmin, local, refused, second, waitOrFault } from './admin.js';

const LOOKS = { passed: ['ok', 'check', 'ok'], warning: ['warn', 'warn', 'warn'], waiting: ['wait', null, ''], failed: ['no', 'x', 'bad'], unchecked: ['idle', null, ''] };
const WIDTH = 600;
const BUSY = 4000;

/** The way from an app at Meta to the first message and back. What was checked is kept by the server: one goes on where one was. */
class HdSetup extends LitElement {
  static properties = { rail: {}, at: {}, session: {}, setup: { state: true }, fault: { state: true }, busy: { state: true }, open: { state: true }, to: { state: true }, problem: { state: true }, info: { state: true } };

  constructor() {
    super();
    this.open = null;
    this.busy = null;
    this.to = '';
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.load();
    this.clock = setInterval(() => this.requestUpdate(), 1000);
    this.stop = every(BUSY, () => this.look());
  }

  disconnectedCallback() {
    this.stop();
    clearInterval(this.clock);
    super.disconnectedCallback();
  }

  take(setup) {
    this.setup = setup;
    this.fault = null;
    this.open ??= this.inHand();
  }

  /** The step that comes next, and those with faults. */
  inHand() { return new Set(this.setup.steps.filter(step => step.state === 'failed' || step.step === this.setup.next).map(step => step.step)); }

  async load() {
    try {
      const [setup, info] = await Promise.all([get('/setup'), get('/webhook')]);
      this.info = info;
      this.take(setup);
      if (this.at?.rest[0]) this.show(this.at.rest[0]);
    } catch (fault) { this.fault = fault; }
  }

  async work(what, call) {
    if (this.busy) return;
    this.busy = what;
    try {
      this.take(await call());
      this.open = new Set([...this.inHand(), ...(what === 'all' ? [] : this.open)]);
    } catch (fault) { refused(fault); }
    this.busy = null;
  }

  /** What waits for Meta or for a person is looked at again by itself. It is in nobody's way: what was asked for meanwhile is newer. */
  async look() {
    const { setup } = this, waits = setup?.steps.find(step => step.checks.some(check => check.state === 'waiting'));
    if (!waits || this.busy || this.looking || !isAdmin(this.session)) return;
    this.looking = true;
    try {
      const now = await post('/setup/check', { step: waits.step });
      if (!this.busy && this.setup === setup) this.take(now);
    } catch { /* the next look */ }
    this.looking = false;
  }

  check(step) { return this.work(step ?? 'all', () => post('/setup/check', step ? { step } : {})); }
  subscribe() { return this.work('subscription', () => post('/setup/subscribe')); }

  async send(e) {
    e.preventDefault();
    this.problem = null;
    if (!this.to.trim()) { this.problem = t('walk.toEmpty'); return; }
    this.busy = 'test-message';
    try { this.take(await post('/setup/test-message', { to: this.to.trim() })); }
    catch (fault) { this.problem = fault.body?.errors?.[0]?.message ? t('walk.toBad', { why: fault.body.errors[0].message }) : fault.message; }
    this.busy = null;
  }

  show(step) {
    this.open = new Set([...(this.open ?? []), step]);
    soon(() => { const details = this.querySelector('#step-' + step); details?.scrollIntoView({ block: 'start' }); details?.querySelector('summary')?.focus({ preventScroll: true }); });
  }

  toggle(step, e) {
    const open = new Set(this.open);
    if (e.target.open) open.add(step); else open.delete(step);
    this.open = open;
  }

  checkItem(check) {
    const [look, name, tone] = LOOKS[check.state];
    const key = 'check.' + check.check;
    return html`<li class="chk chk-${look}">${name ? html`<span class="i-w" role="img" aria-label=${t('walk.state.' + check.state)}>${icon(name, tone)}</span>` : html`<span class=${look === 'wait' ? 'waiting' : 'hollow'} role="img" aria-label=${t('walk.state.' + check.state)}></span>`}
      <div class="chk-b"><p class="chk-l"><b>${has(key) ? t(key) : check.check}</b>${check.at ? html`<span class="when">${Date.now() - Date.parse(check.at) < 20000 ? html`<span class="news">${ago(check.at)}</span>` : second(check.at)}</span>` : nothing}</p><p class="ev">${local(check.evidence)}</p>
      ${check.mend && check.state !== 'passed' ? html`<p class="mend-l">${icon('wrench', 'i-sm')} ${said(check.mend)}</p>` : nothing}</div></li>`;
  }

  // What a step offers beside its checks.
  more(step) {
    const admin = isAdmin(this.session);
    const again = admin ? html`<button class="btn" type="button" ?disabled=${!!this.busy} aria-label=${t('walk.checkOf', { step: t('walk.' + step.step) })} @click=${() => this.check(step.step)}>${icon('retry')}${this.busy === step.step ? t('walk.checking') : t(step.state === 'unchecked' ? 'walk.check' : 'walk.checkAgain')}</button>` : nothing;
    if (step.step === 'webhook' && this.info) return html`<div class="cpys">${copyField('w-callback', t('hook.callback'), this.info.callbackUrl)}</div><p class="row-a">${again}<a class="btn quiet" href="#/webhook">${t('walk.toWebhook')}</a></p>`;
    if (step.step === 'subscription') return html`<p class="row-a">${step.checks.some(c => c.check === 'app-subscribed' && c.state === 'failed') && admin ? html`<button class="btn primary" type="button" ?disabled=${!!this.busy} @click=${() => this.subscribe()}>${t('walk.subscribe')}</button>` : nothing}${again}</p>`;
    if (step.step === 'test-message') return html`${admin ? html`<form @submit=${this.send} novalidate><div class="field"><label for="w-to">${t('walk.to')}</label><input class="input" id="w-to" type="tel" autocomplete="tel" inputmode="tel" placeholder="+1 555 123 0001" .value=${this.to} aria-invalid=${this.problem ? 'true' : nothing} aria-describedby="w-to-e" @input=${e => { this.to = e.target.value; this.problem = null; }}></div><button class="btn primary" type="submit" ?disabled=${!!this.busy}>${icon('send')}${t('walk.send')}</button></form><div id="w-to-e" aria-live="polite">${this.problem ? html`<p class="say say-bad">${icon('x')}<span>${this.problem}</span></p>` : html`<p class="hint">${t(this.setup.mode === 'mock' ? 'walk.toMock' : 'walk.toReal')}</p>`}</div>` : nothing}
      ${step.checks.length ? html`<p class="row-a">${again}${this.setup.mode === 'mock' ? html`<a class="btn quiet" href="#/phone">${t('mode.openPhone')}</a>` : nothing}<a class="btn quiet" href="#/inbox">${t('mode.openInbox')}</a></p>` : nothing}`;
    return html`<p class="row-a">${again}<a class="btn quiet" href="#/settings">${t('walk.toSettings')}</a></p>`;
  }

  step(step, i) {
    const now = this.setup.next === step.step;
    const [look, name] = LOOKS[step.state];
    const tone = step.state === 'failed' ? 'no' : now ? 'now' : look;
    const bad = step.checks.filter(c => c.state === 'failed').length;
    const notes = step.checks.filter(c => c.state === 'warning').length;
    const word = step.state === 'failed' ? chip('danger', t('walk.toMend', { n: bad }), 'x') : step.state === 'passed' ? chip('ok', t('walk.done'), 'check') : step.state === 'warning' ? chip('ok', t('walk.doneNotes', { n: notes }), 'check') : step.state === 'waiting' ? chip('accent', t('walk.waits')) : now ? chip('accent', t('walk.now')) : chip('', t('walk.notYet'));
    return html`<details class="step step-${tone}" id="step-${step.step}" ?open=${this.open?.has(step.step)} @toggle=${e => this.toggle(step.step, e)}>
      <summary><span class="step-n" aria-hidden="true">${name && step.state !== 'warning' ? icon(name) : step.state === 'warning' ? icon('check') : i + 1}</span><span class="step-t"><h2><span class="sr">${t('walk.stepN', { n: i + 1 })} </span>${t('walk.' + step.step)}</h2><span class="step-l">${t('walk.' + step.step + '.sub')}</span></span>${word}${icon('down', 'chev')}</summary>
      <div class="step-b"><p class="lead">${t('walk.' + step.step + '.lead')}</p>${step.checks.length ? html`<ul class="chks">${step.checks.map(check => this.checkItem(check))}</ul>` : nothing}${this.more(step)}</div></details>`;
  }

  progress(steps) {
    const done = steps.filter(s => ['passed', 'warning'].includes(s.state)).length;
    const waits = steps.filter(s => s.state === 'waiting').length;
    const bad = steps.filter(s => s.state === 'failed');
    const part = (WIDTH - 5 * (steps.length - 1)) / steps.length;
    const fill = s => ['passed', 'warning'].includes(s.state) ? 'p-ok' : s.state === 'failed' ? 'p-no' : s.step === this.setup.next || s.state === 'waiting' ? 'p-now' : 'p-idle';
    return html`<div class="prog" role="status"><div class="prog-t"><b>${done === steps.length ? t('walk.all') : t('walk.progress', { n: done, all: steps.length })}</b>${waits ? html`<i>${t('walk.nWait', { n: waits })}</i>` : nothing}${bad.length ? html`<span>${t('walk.nBad', { n: bad.length, names: bad.map(s => t('walk.' + s.step)).join(', ') })}</span>` : nothing}</div>
      <svg class="prog-s" viewBox="0 0 ${WIDTH} 8" preserveAspectRatio="none" aria-hidden="true">${steps.map((s, i) => bar(fill(s), i * (part + 5), part))}</svg></div>`;
  }

  render() {
    const s = this.setup;
    if (!s) return frame('setup', this.rail, html`${head(t('page.setup'), t('walk.sub'))}${waitOrFault(this.fault, () => this.load())}`);
    return frame('setup', this.rail, html`${head(t('page.setup'), t('walk.sub'), isAdmin(this.session) ? html`<button class="btn" type="button" ?disabled=${!!this.busy} @click=${() => this.check()}>${icon('retry')}${this.busy === 'all' ? t('walk.checking') : t('walk.checkAll')}</button>` : nothing)}
      ${this.progress(s.steps)}
      <div class="walk"><nav class="walk-n" aria-label=${t('walk.steps')}><ol class="stepper">${s.steps.map((step, i) => {
        const [look, name] = LOOKS[step.state];
        const now = s.next === step.step;
        return html`<li class="st st-${step.state === 'failed' ? 'no' : now ? 'now' : look}"><a href="#/setup/${step.step}" aria-current=${now ? 'step' : nothing} @click=${e => { e.preventDefault(); this.show(step.step); }}><span class="st-n">${name ? html`<span class="sr">${t('walk.state.' + step.state)}</span>${icon(step.state === 'warning' ? 'check' : name)}` : i + 1}</span><span class="st-t">${t('walk.' + step.step)}<small>${t('walk.state.' + step.state)}</small></span></a></li>`;
      })}</ol><div class="aside-note"><p><b>${t('walk.same')}</b> ${t('walk.sameMore.' + s.mode)}</p></div></nav>
      <div class="stack">${s.steps.map((step, i) => this.step(step, i))}</div></div>`);
  }
}

const bar = (name, x, width) => svg`<rect class=${name} x=${x} width=${width} height="8"/>`;

customElements.define('hd-setup', HdSetup);
