/** One message as a bubble: what it is, what it quotes, how far it has come, why it failed and the mend. */
import { html, nothing } from 'lit';
import { content } from './api.js';
import { bytes, clock, exactTime, fullTime, has, money, said, seconds, t, whose } from './i18n.js';
import { icon, kindLine, tick } from './marks.js';
import { fileName, formatted, nameOf, onlyEmoji, plain } from './format.js';

const part = m => (Object.hasOwn(m.payload ?? {}, m.type) ? m.payload[m.type] : null) ?? {};
const extension = (name, type) => (/\.([a-z0-9]{1,5})$/i.exec(name ?? '')?.[1] ?? type?.split(';')[0].split('/')[1]?.replace(/^.*[.+-]/, '') ?? '?').toUpperCase().slice(0, 4);

const text = value => value ? html`<div class="text ${onlyEmoji(value) ? 'big' : ''}" dir="auto">${formatted(value)}</div>` : nothing;

/** What of a file is here: loading, failed with a retry, or an open way to it. */
function mediaLine(m, acts, kind) {
  const media = m.media;
  if (!media) {
    const link = part(m).link;
    return html`<div class="doc"><span class="ft" aria-hidden="true">${icon('file')}</span><span class="grow"><span class="nm">${t('kind.' + kind)}</span><span class="mt">${link ? t('media.byLink') : t('media.none')}</span></span></div>`;
  }
  if (media.state === 'pending') {
    return html`<div class="doc"><span class="ft" aria-hidden="true">${icon('retry', 'spin')}</span><span class="grow"><bdi class="nm">${media.fileName ? fileName(media.fileName) : t('kind.' + kind)}</bdi><span class="mt">${t('media.pending')}</span></span></div>`;
  }
  return html`<div class="doc"><span class="ft" aria-hidden="true">${icon('warn')}</span><span class="grow"><bdi class="nm">${media.fileName ? fileName(media.fileName) : t('kind.' + kind)}</bdi><span class="mt">${t('media.failed')}</span></span>${acts.refetch ? html`<button class="btn small" type="button" @click=${() => acts.refetch(m)}>${t('act.retry')}</button>` : nothing}</div>`;
}

function image(m, acts) {
  if (m.media?.state !== 'ready') return [mediaLine(m, acts, 'image'), text(part(m).caption)];
  const label = m.text ? t('media.imageOf', { text: plain(m.text) }) : t('kind.image');
  return [html`<button class="media" type="button" aria-label=${t('media.open', { what: label })} @click=${() => acts.open(m)}><img src="${content(m.media.id)}?size=small" alt="" loading="lazy" decoding="async"><span class="tag">${extension(m.media.fileName, m.media.mimeType)} · ${bytes(m.media.size)}</span></button>`, text(part(m).caption)];
}

function video(m, acts) {
  if (m.media?.state !== 'ready') return [mediaLine(m, acts, 'video'), text(part(m).caption)];
  return [html`<button class="media" type="button" aria-label=${t('media.open', { what: t('kind.video') })} @click=${() => acts.open(m)}><video src=${content(m.media.id)} preload="metadata" muted tabindex="-1"></video><span class="over"><span>${icon('play')}</span></span><span class="tag">${extension(m.media.fileName, m.media.mimeType)} · ${bytes(m.media.size)}</span></button>`, text(part(m).caption)];
}

function audio(m, acts) {
  const voice = part(m).voice;
  if (m.media?.state !== 'ready') return mediaLine(m, acts, voice ? 'voice' : 'audio');
  return html`<div class="voice">${icon(voice ? 'mic' : 'play')}<audio controls preload="metadata" src=${content(m.media.id)} aria-label=${t(voice ? 'kind.voice' : 'kind.audio')}></audio></div>`;
}

function documentLine(m, acts) {
  if (m.media?.state !== 'ready') return [mediaLine(m, acts, 'document'), text(part(m).caption)];
  const name = fileName(m.media.fileName ?? part(m).filename ?? t('kind.document'));
  const type = extension(name, m.media.mimeType);
  return [html`<a class="doc" href=${content(m.media.id)} download aria-label=${t('media.download', { name })}><span class="ft" aria-hidden="true">${type}</span><span class="grow"><bdi class="nm cut">${name}</bdi><span class="mt">${type} · ${bytes(m.media.size)}</span></span>${icon('download')}</a>`, text(part(m).caption)];
}

function sticker(m, acts) {
  if (m.media?.state !== 'ready') return mediaLine(m, acts, 'sticker');
  return html`<button class="sticker" type="button" aria-label=${t('media.open', { what: t('kind.sticker') })} @click=${() => acts.open(m)}><img src=${content(m.media.id)} alt=${t('kind.sticker')} loading="lazy"></button>`;
}

function place(m) {
  const { latitude, longitude, name, address } = part(m);
  const at = `${latitude}, ${longitude}`;
  const map = `https://www.openstreetmap.org/?mlat=${encodeURIComponent(latitude)}&mlon=${encodeURIComponent(longitude)}#map=16/${encodeURIComponent(latitude)}/${encodeURIComponent(longitude)}`;
  return html`<a class="place" href=${map} target="_blank" rel="noopener noreferrer"><span class="media"><svg class="pic" viewBox="0 0 280 96" aria-hidden="true"><rect width="280" height="96" fill="#e8e4da"/><path d="M0 70 90 56l70 14 120-20M60 0l18 96M170 0l-14 96M0 24l280 12M230 0l22 96" stroke="#fffdf8" stroke-width="8" fill="none"/><path d="M160 62s14-13 14-23a14 14 0 0 0-28 0c0 10 14 23 14 23z" fill="#125e77"/><circle cx="160" cy="39" r="5" fill="#fff"/></svg></span><b><bdi>${name || t('kind.location')}</bdi></b><span><bdi>${address ? address + ' · ' : ''}</bdi>${at} · ${t('media.map')}</span></a>`;
}

function cards(m) {
  const given = m.payload?.contacts ?? [];
  return html`<div class="card-list">${given.map(card => html`<div><span class="avatar m" data-hue="2" aria-hidden="true">${icon('user')}</span><span><bdi class="nm">${card.name?.formatted_name ?? card.name?.first_name ?? '?'}</bdi>
    ${(card.phones ?? []).map(phone => html`<span class="xs num"><bdi>${phone.phone ?? phone.wa_id}</bdi></span>`)}${(card.emails ?? []).map(mail => html`<span class="xs"><bdi>${mail.email}</bdi></span>`)}${card.org?.company ? html`<span class="xs"><bdi>${card.org.company}</bdi></span>` : nothing}</span></div>`)}</div>`;
}

function order(m) {
  const { product_items: items = [], text: note } = part(m);
  const sum = items.reduce((all, item) => all + Number(item.item_price) * Number(item.quantity), 0);
  return [html`<table class="items"><caption class="sr">${t('kind.order')}</caption><tbody>${items.map(item => html`<tr><td><bdi>${item.product_retailer_id}</bdi> <span class="xs muted">${item.quantity} × ${money(item.item_price, item.currency)}</span></td><td>${money(Number(item.item_price) * Number(item.quantity), item.currency)}</td></tr>`)}
    <tr><td><b>${t('order.sum')}</b></td><td><b>${money(sum, items[0]?.currency)}</b></td></tr></tbody></table>`, text(note)];
}

function interactive(m, acts) {
  if (m.direction === 'inbound') return text(m.text);
  const { header, body, footer, action } = part(m);
  const options = [...(action?.buttons ?? []).map(b => b.reply?.title), ...(action?.sections ?? []).flatMap(s => s.rows ?? []).map(r => r.title), action?.parameters?.display_text].filter(Boolean);
  return [header?.text ? html`<b>${header.text}</b>` : nothing, text(body?.text), footer?.text ? html`<p class="xs muted">${footer.text}</p>` : nothing,
    options.length && !acts.choose ? html`<div class="options" aria-label=${t('message.options')} role="group">${options.map(option => html`<span><bdi>${option}</bdi></span>`)}</div>` : nothing];
}

const filled = (text, given = []) => text.replace(/\{\{(\w+)\}\}/g, (all, name) => (/^\d+$/.test(name) ? given[Number(name) - 1] : given.find(p => p.parameter_name === name))?.text ?? all);
const given = (components, kind) => components.find(c => c.type?.toLowerCase() === kind)?.parameters;

/** The body of a template with its parameters in their places. */
export function templateText(template, components = []) {
  const body = template?.components?.find(c => c.type === 'BODY')?.text;
  return body ? filled(body, given(components, 'body')) : null;
}

/** A template as the customer sees it: header, body, footer, buttons. */
export function templateView(template, components = []) {
  const [header, footer, buttons] = ['HEADER', 'FOOTER', 'BUTTONS'].map(type => template.components.find(c => c.type === type));
  return [header?.text ? html`<b dir="auto">${filled(header.text, given(components, 'header'))}</b>` : nothing, text(templateText(template, components)), footer?.text ? html`<p class="xs muted" dir="auto">${footer.text}</p>` : nothing,
    buttons?.buttons?.length ? html`<div class="options" aria-label=${t('message.options')} role="group">${buttons.buttons.map(button => html`<span><bdi>${button.text}</bdi></span>`)}</div>` : nothing];
}

function template(m, acts) {
  const { name, language, components } = part(m);
  const known = acts.templates?.find(other => other.name === name && other.language === language?.code);
  return [known ? templateView(known, components) : text(t('message.template', { name: name ?? '?' })), html`<p class="xs muted">${icon('template', 'i-sm')} ${t('kind.template')} · <code>${name}</code> · ${language?.code}</p>`];
}

function unsupported(m) {
  const named = m.payload?.unsupported?.type ?? m.type;
  const what = has('unsupported.' + named) ? t('unsupported.' + named) : t('unsupported.other', { type: named ?? '?' });
  return html`<div class="unsupported">${icon(named === 'poll_creation' ? 'poll' : 'warn')}<div><b>${what}</b> ${t(m.type === 'unsupported' ? 'unsupported.why' : 'unsupported.unknown')}</div><details><summary>${t('unsupported.show')}</summary><pre tabindex="0">${JSON.stringify(m.payload, null, 1)}</pre></details></div>`;
}

const BODIES = { text: m => text(m.text ?? part(m).body), image, video, audio, document: documentLine, sticker, location: place, contacts: cards, order, interactive, button: m => text(m.text), template };

/** The ad or post that brought the customer here. Only an address of the web is a link. */
function referral(m) {
  const from = m.direction === 'inbound' ? m.payload?.referral : null;
  if (!from || typeof from !== 'object') return nothing;
  return html`<p class="quote referral"><b>${t('message.referral')}</b>${[from.headline, from.body].filter(Boolean).map(line => html`<span dir="auto">${line}</span>`)}${from.source_url ? html`<span dir="auto">${formatted(from.source_url)}</span>` : nothing}</p>`;
}

/** Whether there is a way to show it; else it is shown as what it is. */
const known = m => Object.hasOwn(BODIES, m.type);

/** A part that has another shape than Meta describes is shown as it came, and harms no other message. */
function body(m, acts) {
  if (!known(m)) return unsupported(m);
  try { return BODIES[m.type](m, acts); } catch { return unsupported(m); }
}

function quote(m, acts) {
  if (!m.contextWamid || m.type === 'reaction') return nothing;
  const quoted = m.quoted;
  if (!quoted) return html`<span class="quote"><span>${t('message.quotedUnknown')}</span></span>`;
  const who = quoted.direction === 'inbound' ? nameOf(acts.contact) : t('message.us');
  return html`<button class="quote" type="button" @click=${() => acts.jump(quoted.id)} aria-label=${t('message.jump')}><b><bdi>${who}</bdi></b><span class="cut" dir="auto">${quoted.type === 'text' ? plain(quoted.text) : kindLine(quoted.type, plain(quoted.text))}</span></button>`;
}

function reactions(m, acts) {
  const all = [...(m.reactions ?? []).map(r => ({ emoji: r.emoji, who: nameOf(acts.contact) })), ...(acts.ownReactions?.get(m.wamid) ? [{ emoji: acts.ownReactions.get(m.wamid), who: t('message.us') }] : [])];
  return all.length ? html`<span class="reacts">${all.map(r => html`<span class="react" title=${t('message.reacted', { who: r.who })}><span aria-hidden="true">${r.emoji}</span> <span class="sr">${t('message.reacted', { who: r.who })} ${r.emoji}</span><bdi aria-hidden="true">${r.who}</bdi></span>`)}</span>` : nothing;
}

/** Not delivered: what happened, the mend, the code; and what can be done. */
function failure(m, acts) {
  if (m.lateFailure) return html`<div class="fail" role="note">${icon('warn')}<div>${t('fail.late')} <span class="code">${m.error?.code ?? ''}</span></div></div>`;
  if (m.status === 'unknown') return html`<div class="fail" role="note">${icon('warn')}<div><b>${t('fail.unknown')}</b> ${t('fail.unknownMore')}</div><div class="acts"><button class="btn small" type="button" @click=${() => acts.retry(m)}>${icon('retry', 'i-sm')}${t('fail.sendAgainAsk')}</button></div></div>`;
  if (m.status !== 'failed') return nothing;
  const attempt = m.attempts?.at(-1);
  const details = m.error?.error_data?.details ?? m.error?.details;
  const advice = m.error?.advice ?? m.advice ?? attempt?.advice ?? details ?? m.error?.title ?? m.error?.reason ?? attempt?.reason ?? '';
  const code = m.error?.code ?? attempt?.code;
  return html`<div class="fail" role="note">${icon('warn')}<div><b>${t('fail.title')}</b> ${said(advice)} ${code ? html`<span class="code">${code}</span>` : nothing}</div>
    <div class="acts"><button class="btn small" type="button" @click=${() => acts.retry(m)}>${icon('retry', 'i-sm')}${t('fail.sendAgain')}</button>${m.type === 'text' ? html`<button class="btn small quiet" type="button" @click=${() => acts.edit(m)}>${t('fail.edit')}</button>` : nothing}</div></div>`;
}

/** A reaction of ours that the customer may not have, with the mend; else it stands at its message. `on`: that message, when it is here. */
export function lostReaction(m, on, acts) {
  const emoji = m.payload?.reaction?.emoji;
  return html`<div class="msg out first" data-id=${m.id} tabindex="-1"><p class="event">${on ? html`${t(emoji ? 'message.reactedTo' : 'message.unreactedTo', { emoji })} <bdi class="cut">${kindLine(on.type, plain(on.text))}</bdi>`
    : t(emoji ? 'message.reactedOld' : 'message.unreactedOld', { emoji })}</p>${failure(m, acts)}</div>`;
}

/** Refused for the moment: when it goes out again by itself. */
function nextTry(m, acts, open) {
  const last = m.status === 'queued' ? m.attempts?.at(-1) : null;
  if (last?.state !== 'retry' || !(Date.parse(last.nextAt) > Date.now())) return nothing;
  return html`<button class="why" type="button" aria-expanded=${open} @click=${() => acts.details(m)}>${icon('clock', 'i-sm')}${t('message.nextTry', { at: seconds(last.nextAt) })}</button>`;
}

/** The way of a message: why this ticket, each status with its time, each attempt. */
function history(m, acts) {
  const reason = m.ticketReason && has('reason.' + m.ticketReason) ? t('reason.' + m.ticketReason, { id: m.ticketId }) : m.ticketReason;
  return html`<div class="history"><dl>
    ${reason ? html`<dt>${t('history.ticket')}</dt><dd>${reason}</dd>` : nothing}
    <dt>${t(m.direction === 'inbound' ? 'history.sent' : 'history.accepted')}</dt><dd><time datetime=${m.sentAt}>${fullTime(m.sentAt)}</time></dd>
    ${m.direction === 'inbound' ? html`<dt>${t('history.stored')}</dt><dd><time datetime=${m.createdAt}>${fullTime(m.createdAt)}</time></dd>` : nothing}
    ${(m.attempts ?? []).map(a => html`<dt>${t('history.attempt', { n: a.number })}</dt><dd>${exactTime(a.startedAt)} · ${has('attempt.' + a.state) ? t('attempt.' + a.state) : a.state}${a.code ? html` · <code>${a.code}</code>` : nothing}${a.reason ? ` · ${said(a.reason)}` : ''}${a.nextAt ? ` · ${t('history.next', { at: exactTime(a.nextAt) })}` : ''}</dd>`)}
    ${(m.statuses ?? []).map(s => html`<dt>${has('tick.' + s.status) ? t('tick.' + s.status) : s.status}</dt><dd>${exactTime(s.at)}${s.error ? html` · <code>${s.error.code}</code> ${said(s.error.title) ?? ''}` : nothing}</dd>`)}
    ${m.replyRule ? html`<dt>${t('history.rule')}</dt><dd><code>${m.replyRule}</code></dd>` : nothing}
    ${acts.trace ? html`<dt>${t('history.trace')}</dt><dd><a href="#/trace/${encodeURIComponent(m.id)}">${t('history.traceMore')}</a></dd>` : nothing}
    <dt>${t('history.id')}</dt><dd><code class="wrap">${m.id}${m.simulated ? ` · ${t('history.simulated')}` : ''}</code></dd></dl></div>`;
}

/** Who of us: an agent, who was logged in, a program, a route. */
function author({ author }) {
  if (!author) return t('message.us');
  if (author.kind === 'route') return html`${t('message.byRoute')} <bdi>${author.name}</bdi>`;
  return author.kind === 'token' ? html`${t('message.byProgram')} <bdi>${whose(author.name)}</bdi>` : html`<bdi>${whose(author.name)}</bdi>`;
}

const bare = m => m.type === 'sticker' && m.media?.state === 'ready';

/** `mine`: which direction stands at the end side - the agent's, or on the phone the customer's. */
export function bubble(m, { first, acts, mine = 'outbound', simple = false, open = false }) {
  const own = m.direction === mine;
  const honest = !known(m);
  const why = !simple && m.direction === 'inbound' && ['quoted-message', 'reopened-ticket', 'last-ticket'].includes(m.ticketReason);
  return html`<div class="msg ${own ? 'out' : 'in'} ${first ? 'first' : ''} ${m.status === 'failed' ? 'bad' : ''} ${bare(m) ? 'bare' : ''}" data-id=${m.id} tabindex=${simple ? nothing : '-1'}>
    ${!simple && own && first ? html`<span class="who-line">${author(m)}</span>` : nothing}
    <div class="said"><div class="bubble ${honest ? 'honest' : ''}">${referral(m)}${quote(m, acts)}${body(m, acts)}<span class="stamp"><time datetime=${m.sentAt} title=${fullTime(m.sentAt)}>${clock(m.sentAt)}</time>${own ? tick(acts.tickOf?.(m) ?? m.status) : nothing}</span></div>
    ${simple ? nothing : html`<div class="tools">${m.wamid ? html`<button class="btn quiet icon small" type="button" aria-label=${t('act.quote')} title="${t('act.quote')} (Q)" @click=${() => acts.quote(m)}>${icon('reply', 'i-sm')}</button>` : nothing}${m.wamid && m.direction === 'inbound' ? html`<button class="btn quiet icon small" type="button" aria-label=${t('act.react')} title=${t('act.react')} @click=${() => acts.react(m)}>${icon('smile', 'i-sm')}</button>` : nothing}<button class="btn quiet icon small" type="button" aria-label=${t('act.details')} title=${t('act.details')} aria-expanded=${open} @click=${() => acts.details(m)}>${icon('info', 'i-sm')}</button></div>`}</div>
    ${simple ? acts.choices?.(m) ?? nothing : nothing}${reactions(m, acts)}
    ${why ? html`<button class="why" type="button" aria-expanded=${open} @click=${() => acts.details(m)}>${icon('info', 'i-sm')}${t('reason.' + m.ticketReason, { id: m.ticketId })}</button>` : nothing}
    ${!simple && (m.type === 'interactive' || m.type === 'button') && m.direction === 'inbound' ? html`<span class="why">${icon('check', 'i-sm')}${t('message.chose')}</span>` : nothing}
    ${simple ? nothing : [failure(m, acts), nextTry(m, acts, open)]}
    ${open ? history(m, acts) : nothing}
  </div>`;
}
