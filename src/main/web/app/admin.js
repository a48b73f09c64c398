/** What the administration pages share: the frame with its tabs, chips, numbers, copying, loading and refusals. */
import { html, nothing } from 'lit';
import { fullTime, listTime, said, shortTime, seconds, t } from './i18n.js';
import { icon, time } from './marks.js';
import { pages } from './pages.js';
import { complain, toast } from './shell.js';

/** The frame of an administration page. `body` stands in the main part. */
export function frame(page, rail, body, tight = false) {
  return html`<div class="app adm">${rail}<div class="adm-col" tabindex="-1">
    ${pages[page].tab ? html`<nav class="tabs adm-tabs" aria-label=${t('admin.tabs')}>${Object.entries(pages).filter(([, p]) => p.tab).map(([name, p]) => html`<a href="#/${name}" aria-current=${name === page ? 'page' : nothing}>${t(p.title)}</a>`)}</nav>` : nothing}
    <main class="adm-main ${tight ? 'tight' : ''}" id="main">${body}</main></div></div>`;
}

export const head = (title, sub, actions = nothing) => html`<header class="page-h"><div><h1>${title}</h1><p class="sub">${sub}</p></div><div class="page-a">${actions}</div></header>`;
export const paneHead = (id, title, sub = nothing, more = nothing) => html`<header class="pane-h ${more === nothing ? '' : 'pane-h-row'}"><div><h2 id=${id}>${title}</h2>${sub === nothing ? nothing : html`<p>${sub}</p>`}</div>${more}</header>`;
export const chip = (kind, text, name) => html`<span class="chip ${kind}">${name ? icon(name, 'i-sm') : nothing}${text}</span>`;
export const say = (kind, text) => html`<p class="say say-${kind}">${icon(kind === 'bad' ? 'x' : kind === 'warn' ? 'warn' : 'info')}<span>${text}</span></p>`;
export const second = at => html`<time datetime=${at} title=${fullTime(at)}>${seconds(at)}</time>`;
/** What the service says in a sentence, with its times as they are here. */
export const local = text => said(text)?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, at => shortTime(at));
export const number = n => new Intl.NumberFormat(document.documentElement.lang).format(n ?? 0);
export const isAdmin = session => session?.role === 'admin';

/** How long something takes or took, in the largest unit that says enough. */
export function duration(total) {
  if (total < 60) return t('time.seconds', { n: Math.round(total) });
  if (total < 3600) return t('time.minutes', { n: Math.floor(total / 60) });
  if (total < 172800) return t('time.hours', { n: Math.floor(total / 3600) });
  return t('time.days', { n: Math.floor(total / 86400) });
}
export const ago = at => t('time.ago', { time: duration(Math.max(0, (Date.now() - Date.parse(at)) / 1000)) });
export { listTime, time };

export async function copy(text) {
  try { await navigator.clipboard.writeText(text); toast(t('panel.copied')); } catch { complain(t('panel.notCopied')); }
}

export const copyField = (id, label, value, more = nothing) => html`<div class="cpy"><label for=${id}>${label}</label><span class="copy"><input class="input mono" id=${id} readonly .value=${value} @focus=${e => e.target.select()}><button class="btn" type="button" aria-label=${t('panel.copy', { what: label })} @click=${() => copy(value)}>${icon('copy')}<span>${t('act.copy')}</span></button>${more}</span></div>`;

export const refused = fault => complain(fault.message);

export const waitOrFault = (fault, again) => fault
  ? html`<section class="pane"><div class="empty"><h2>${t('admin.notRead')}</h2><p>${fault.message}</p><button class="btn" type="button" @click=${again}>${icon('retry')}${t('act.again')}</button></div></section>`
  : html`<p class="muted sm" role="status">${t('app.loading')}</p>`;

/** Asks before something that cannot be taken back. Resolves to whether it was confirmed. */
export function ask({ title, text, act, danger = false }) {
  return new Promise(resolve => {
    const dialog = document.createElement('dialog');
    const part = (name, content, parent, className = '') => { const e = document.createElement(name); e.textContent = content; e.className = className; parent.append(e); return e; };
    dialog.className = 'box';
    const box = part('div', '', dialog);
    part('h2', title, box).id = 'ask-title';
    part('p', text, box, 'sm');
    const acts = part('div', '', box, 'acts');
    const no = part('button', t('act.cancel'), acts, 'btn');
    const yes = part('button', act, acts, danger ? 'btn danger' : 'btn primary');
    dialog.setAttribute('aria-labelledby', 'ask-title');
    let said = false;
    no.onclick = () => dialog.close();
    yes.onclick = () => { said = true; dialog.close(); };
    dialog.onclose = () => { dialog.remove(); resolve(said); };
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Calls `work` now and every `period` while the page is looked at; returns what stops it. */
export function every(period, work) {
  const timer = setInterval(() => { if (document.visibilityState === 'visible') work(); }, period);
  work();
  return () => clearInterval(timer);
}
