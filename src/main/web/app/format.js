import { html } from 'lit';

// An address ends where something invisible begins. What a mark may span is bounded, and so is what is made of a text: one of marks alone must
// not hold up the page.
const INLINE = /```([\s\S]+?)```|`([^`\n]+)`|(https?:\/\/[^\s<>"'\p{Cf}\p{Cc}]+)|(?<![\p{L}\p{N}_*~])([*_~])(?!\s|\4)([^\n]{0,1000}?\S)\4(?![\p{L}\p{N}])/gu;
const DEPTH = 4, PARTS = 1000;
const BLOCK = /^(?:> |[-*] \S|\d{1,3}\. \S)/m;
const CODE = /(```[\s\S]+?```)/;

/** WhatsApp's formatting as elements: what a customer writes is text everywhere, markup nowhere. */
export function formatted(text, depth = 0) {
  if (!text) return '';
  if (typeof text !== 'string') return JSON.stringify(text);
  if (depth === 0 && BLOCK.test(text)) return text.split(CODE).map(piece => CODE.test(piece) ? formatted(piece, 1) : blocks(piece));
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (parts.length >= PARTS) break;
    const [all, block, code, url, mark, inner] = match;
    if (match.index > at) parts.push(text.slice(at, match.index));
    at = match.index + all.length;
    if (block !== undefined) parts.push(html`<code>${block}</code>`);
    else if (code !== undefined) parts.push(html`<code>${code}</code>`);
    else if (url !== undefined) parts.push(link(url));
    else {
      const content = depth < DEPTH ? formatted(inner, depth + 1) : inner;
      parts.push(mark === '*' ? html`<strong>${content}</strong>` : mark === '_' ? html`<em>${content}</em>` : html`<s>${content}</s>`);
    }
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** Lines of the same kind belong together: a quote, a list, or text. */
function blocks(text) {
  const groups = [];
  for (const line of text.split('\n')) {
    const [, mark, rest] = /^(> |[-*] (?=\S)|\d{1,3}\. (?=\S))(.*)$/.exec(line) ?? [, '', line];
    const kind = { '': 'text', '>': 'quote', '-': 'ul', '*': 'ul' }[mark.charAt(0)] ?? 'ol';
    if (groups.at(-1)?.kind !== kind) groups.push({ kind, lines: [] });
    groups.at(-1).lines.push({ rest, number: parseInt(mark, 10) });
  }
  return groups.map(({ kind, lines }) => {
    if (kind === 'ul') return html`<ul>${lines.map(line => html`<li>${formatted(line.rest, 1)}</li>`)}</ul>`;
    if (kind === 'ol') return html`<ol>${lines.map(line => html`<li value=${line.number}>${formatted(line.rest, 1)}</li>`)}</ol>`;
    const joined = formatted(lines.map(line => line.rest).join('\n'), 1);
    return kind === 'quote' ? html`<blockquote>${joined}</blockquote>` : joined;
  });
}

function link(url) {
  const tail = /[.,;:!?)\]}*_~]+$/.exec(url)?.[0] ?? '';
  const address = url.slice(0, url.length - tail.length);
  return !URL.canParse(address) ? url : [html`<a href=${address} target="_blank" rel="noopener noreferrer nofollow">${address}</a>`, tail];
}

/** One to three emoji and nothing else are shown large. */
export const onlyEmoji = text => !!text && /^(?:\p{RGI_Emoji}|\s){1,5}$/v.test(text) && [...new Intl.Segmenter().segment(text.replace(/\s/g, ''))].length <= 3;

/** A file's name with what would turn its letters round made visible: `gnp.exe` must not look like `exe.png`. */
export const fileName = name => String(name).replace(/[\u202A-\u202E\u2066-\u2069]/g, c => `⟨U+${c.codePointAt(0).toString(16).toUpperCase()}⟩`);

/** The plain first words, for previews. */
export const plain = text => (text ?? '').replace(/\s+/g, ' ').replace(/(?<![\p{L}\p{N}])[*_~](\S(?:[^*_~]*\S)?)[*_~](?![\p{L}\p{N}])/gu, '$1');

/** What somebody is called; null where only a number or an id is known. */
export const called = contact => [contact?.name, contact?.displayName, contact?.profileName].find(name => name && name !== contact.phone && name !== contact.userId)
  || (contact?.username ? '@' + contact.username : null);

export const nameOf = contact => called(contact) || phone(contact) || contact?.userId || '?';

/** Numbers come from the server in digits; here they are grouped, so that they can be read out. */
export function phone(contact) {
  const digits = contact?.phone?.replace(/\D/g, '');
  if (!digits) return null;
  const code = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/.exec(digits)?.[0] ?? '';
  const rest = digits.slice(code.length);
  const groups = [];
  for (let left = rest; left; left = left.slice(groups.at(-1).length)) groups.push(left.length <= 4 ? left : left.slice(0, 3));
  return `+${code} ${groups.join(' ')}`.trim();
}

/** One or two letters that can be seen: what only turns the writing round, or joins, is none. */
export function initials(name) {
  const words = name.slice(0, 200).replace(/^[@+]/, '').split(/\s+/)
    .map(word => [...new Intl.Segmenter().segment(word)].map(s => s.segment).filter(letter => /[\p{L}\p{N}\p{P}\p{S}]/u.test(letter))).filter(word => word.length);
  if (!words.length) return '?';
  return (words.length === 1 ? words[0].slice(0, 2) : [words[0][0], words.at(-1)[0]]).join('');
}

export function hue(id) {
  let hash = 7;
  for (const c of String(id)) hash = (hash * 31 + c.charCodeAt(0)) >>> 0;
  return hash % 6 + 1;
}
