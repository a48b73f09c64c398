/** The log of a conversation as one sees it: days, tickets and notes between the messages, and at its end what is not accepted yet. */
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { clock, dayKey, dayName, t, whose } from './i18n.js';
import { icon } from './marks.js';
import { bubble, lostReaction } from './message.js';

/** So long after a message the next of the same side begins a group of its own. */
const PAUSE_MS = 300000;

const byTime = (a, b) => a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : 0;
const event = (name, text) => html`<p class="event">${name ? icon(name, 'i-sm') : nothing}${text}</p>`;

/**
 * `more`: older messages are not loaded yet. `newFrom`: the first message that nobody has read. `open`: ids of those whose details are
 * shown. `unsent`: with `tryAgain` and `drop` for each.
 */
export function logView({ messages, notes, more, newFrom, open, acts, unsent, tryAgain, drop }) {
  return html`${more ? event(null, t('thread.older')) : nothing}${repeat(entries({ messages, notes, more, newFrom, open, acts }), e => e.key, e => e.show)}
    ${repeat(unsent, entry => entry.key, entry => underWay(entry, tryAgain, drop))}`;
}

function entries({ messages, notes, more, newFrom, open, acts }) {
  const known = new Set(messages.map(m => m.wamid));
  const oldest = more ? messages[0]?.sentAt ?? '' : '';
  const shown = notes.filter(note => note.createdAt >= oldest).map(note => ({ note, id: 'note' + note.id, sentAt: note.createdAt }));
  const found = [];
  let day = null, ticket = null, side = null, time = 0;
  const between = (key, show) => { side = null; found.push({ key, show }); };
  for (const m of [...messages, ...shown.sort(byTime)].sort(byTime)) {
    if (dayKey(m.sentAt) !== day) {
      day = dayKey(m.sentAt);
      between('day' + day, html`<div class="day" role="separator"><span>${dayName(m.sentAt)}</span></div>`);
    }
    if (m.note) {
      between(m.id, html`<div class="note">${icon('lock')}<div><div class="by"><span><bdi>${whose(m.note.author)}</bdi> · ${t('thread.note')}</span><time datetime=${m.sentAt}>${clock(m.sentAt)}</time></div><p class="text" dir="auto">${m.note.text}</p></div></div>`);
      continue;
    }
    if (m.ticketId && m.ticketId !== ticket) {
      if (ticket || !more) between('ticket' + m.id, event('flag', html`<span>${t('thread.ticket', { id: m.ticketId })} ${t('why.' + (m.ticketReason ?? 'open-ticket'))}</span>`));
      ticket = m.ticketId;
    }
    if (m.id === newFrom) between('new', html`<div class="day new" role="separator"><span>${t('thread.new')}</span></div>`);
    if (m.type === 'reaction') {        // one on a message that is here stands at that
      const target = m.contextWamid ?? m.payload?.reaction?.message_id;
      if (m.direction === 'outbound' && ['failed', 'unknown'].includes(m.status)) between(m.id, lostReaction(m, messages.find(other => other.wamid === target), acts));
      else if (!known.has(target)) between(m.id, event(null, html`<span>${t(m.text ? 'message.reactedOld' : 'message.unreactedOld', { emoji: m.text ?? '' })}</span>`));
      continue;
    }
    if (m.type === 'system') {
      between(m.id, event('info', html`<bdi>${m.text ?? t('kind.system')}</bdi>`));
      continue;
    }
    const at = Date.parse(m.sentAt);
    const who = `${m.direction} ${m.author?.kind} ${m.author?.name}`;
    const first = who !== side || at - time > PAUSE_MS;
    side = who;
    time = at;
    found.push({ key: m.id, show: bubble(m, { first, acts, open: open.has(m.id) }) });
  }
  return found;
}

function underWay(entry, tryAgain, drop) {
  const { fault } = entry;
  return html`<div class="msg out first"><div class="bubble"><div class="text" dir="auto">${entry.text ?? t('kind.' + (entry.body.type ?? 'text'))}</div><span class="stamp"><span class="tick" data-t="queued" role="img" aria-label=${t('tick.posting')}><svg viewBox="0 0 14 14"><circle cx="7" cy="7" r="5.2" stroke-dasharray="2 2"/></svg></span></span></div>
    ${fault ? html`<div class="fail" role="alert">${icon('offline')}<div><b>${t('fail.notAccepted')}</b> ${fault.stored ? nothing : fault.message} ${t('fail.kept')}</div><div class="acts"><button class="btn small" type="button" @click=${() => tryAgain(entry)}>${icon('retry', 'i-sm')}${t('act.again')}</button><button class="btn small quiet" type="button" @click=${() => drop(entry)}>${t('act.discard')}</button></div></div>` : nothing}</div>`;
}
