/** The small marks: icons, avatars, ticks, ticket states, the reply window, the badge of a contact. */
import { html, svg, nothing } from 'lit';
import { t, has, fullTime, shortTime } from './i18n.js';
import { called, hue, initials, nameOf } from './format.js';

export const icon = (name, size = '') => html`<svg class="i ${size}" viewBox="0 0 16 16" aria-hidden="true"><use href="#i-${name}"></use></svg>`;

export const avatar = (contact, size = '') => {
  const name = called(contact);
  return html`<span class="avatar ${size}" data-hue=${hue(contact?.id ?? name ?? nameOf(contact))} aria-hidden="true">${name ? initials(name) : icon('user')}</span>`;
};

/** A time as it is here, in full when it is pointed at. */
export const time = at => at ? html`<time datetime=${at} title=${fullTime(at)}>${shortTime(at)}</time>` : '';

/** Who has the ticket; a dashed ring is nobody. */
export const assignee = agent => agent ? html`<span class="avatar s" data-hue=${hue(agent.id + agent.name)} title=${t('list.assigned', { name: agent.name })} role="img" aria-label=${t('list.assigned', { name: agent.name })}>${initials(agent.name)}</span>`
  : html`<span class="avatar s" data-hue="0" title=${t('list.nobody')} role="img" aria-label=${t('list.nobody')}></span>`;

const TICKS = {
  scheduled: [14, svg`<rect x="2" y="3" width="10" height="9" rx="1.5"/><path d="M2 6h10M5 1.7v2.5M9 1.7v2.5"/>`],
  queued: [14, svg`<circle cx="7" cy="7" r="5.2"/><path d="M7 4.2V7l1.9 1.2"/>`],
  accepted: [14, svg`<path d="M7 11.2V3M3.8 6.2 7 3l3.2 3.2"/>`],
  sent: [14, svg`<path d="m2.5 7.5 2.9 2.9 6-6.4"/>`],
  delivered: [20, svg`<path d="m2 7.5 2.9 2.9 6-6.4M9.7 9.2l1.2 1.2 6-6.4"/>`],
  read: [23, svg`<rect class="solid" x="0" y="0" width="23" height="14" rx="7"/><path class="knock" d="m4.3 7.4 2.4 2.4 4.8-5.2M10.9 9l.8.8 4.9-5.2"/>`],
  played: [23, svg`<rect class="solid" x="0" y="0" width="23" height="14" rx="7"/><path class="knock-fill" d="M5 4v6l4.6-3z"/><path class="knock" d="m11 7.6 1.9 1.9 4.1-4.5"/>`],
  failed: [14, svg`<circle cx="7" cy="7" r="5.5"/><path d="M7 4v3.5M7 9.8v.1"/>`],
  unknown: [14, svg`<circle cx="7" cy="7" r="5.5" stroke-dasharray="2.3 2"/><path d="M5.6 5.7c.2-1.8 2.9-1.6 2.8 0 0 1-1.4 1.1-1.4 2.2M7 9.9v.1"/>`],
  cancelled: [14, svg`<circle cx="7" cy="7" r="5.5"/><path d="m3.3 10.7 7.4-7.4"/>`],
};
TICKS.sending = TICKS.queued;

/** How far a message of ours has come; its shape says it, and its word. */
export function tick(status, quiet = false) {
  const [width, shape] = TICKS[status] ?? TICKS.unknown;
  const word = has('tick.' + status) ? t('tick.' + status) : status;
  return html`<span class="tick" data-t=${status} role=${quiet ? nothing : 'img'} aria-label=${quiet ? nothing : word} aria-hidden=${quiet ? 'true' : nothing} title=${word}><svg viewBox="0 0 ${width} 14">${shape}</svg></span>`;
}

export const ticketState = status => html`<span class="state" data-s=${status}>${t('ticket.' + status)}</span>`;

/** How long free replies are still possible: closed, soon (under an hour), ok; null when the customer never wrote. */
export function windowOf(endsAt, now = Date.now()) {
  if (!endsAt) return null;
  const left = Date.parse(endsAt) - now;
  const minutes = Math.floor(left / 60000);
  const text = minutes >= 60 ? t('window.hours', { h: Math.floor(minutes / 60), m: minutes % 60 }) : t('window.minutes', { m: Math.max(0, minutes) });
  return { state: left <= 60000 ? 'closed' : minutes < 60 ? 'soon' : 'ok', text, endsAt };
}

export function windowMark(endsAt, closed = 'window.closed') {
  const w = windowOf(endsAt);
  if (!w) return nothing;
  const title = t(w.state === 'closed' ? 'window.closedTitle' : 'window.openTitle', { left: w.text, at: fullTime(endsAt) });
  return html`<span class="win" data-w=${w.state} title=${title}>${icon(w.state === 'closed' ? 'lock' : 'clock')}<span>${w.state === 'closed' ? t(closed) : w.text}</span></span>`;
}

const BADGES = { unverified: ['none', 'unseen'], none: ['none', 'unseen'], inbound: ['inbound', 'seen'], 'by-inbound': ['inbound', 'seen'], agent: ['agent', 'verified'], 'by-agent': ['agent', 'verified'], business: ['business', 'shop'] };

/** Who says that this is the person; without the field, who wrote to us is confirmed by that. */
export function badge(contact) {
  const given = contact?.verification?.state ?? contact?.verification ?? (contact?.lastInboundAt ? 'inbound' : 'none');
  const [kind, name] = BADGES[given] ?? BADGES.none;
  const word = t('verified.' + kind);
  return html`<span class="badge" data-v=${kind} role="img" aria-label=${word} title=${word}>${icon(name)}</span>`;
}

/** What a message is, in a word and an icon, where its text does not say it. */
const KINDS = { image: 'image', video: 'play', audio: 'mic', voice: 'mic', document: 'file', sticker: 'smile', location: 'pin', contacts: 'user', order: 'shop', template: 'template', interactive: 'check', button: 'check', reaction: 'smile' };
export function kindLine(kind, text) {
  const name = Object.hasOwn(KINDS, kind) ? KINDS[kind] : null;
  const bare = !text || kind === 'template';
  const word = has('kind.' + kind) ? t('kind.' + kind) : t('kind.unsupported');
  if (kind === 'text') return text ?? '';
  if (text && (kind === 'interactive' || kind === 'button')) return text;
  return html`${name ? icon(name) : icon('warn')}${bare ? kind === 'template' && text ? `${word} · ${text}` : word : text}`;
}
