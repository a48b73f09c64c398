/**
 * What is written and not sent yet, by conversation. It outlives a look at another one, and what can be stored outlives the page too.
 * A send that was not accepted is an item of its own in the storage, so that two tabs don't forget each other's.
 */
const DRAFT = 'draft:';
const UNSENT = 'unsent:';
const drafts = new Map();

/** Says `change` with the key of the conversation. */
export const changes = new EventTarget();
export const keyOf = conversation => `${conversation.contactId}/${conversation.phoneNumberId}`;
export const changed = draft => changes.dispatchEvent(new CustomEvent('change', { detail: draft.key }));

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)) ?? {}; } catch { return {}; }
}

function write(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* no room: it is kept as long as the page */ }
}

const nameOf = (draft, entry) => `${UNSENT}${draft.key}:${entry.key}`;
const stored = key => Object.keys(localStorage).filter(name => name.startsWith(`${UNSENT}${key}:`)).map(name => ({ ...read(name), fault: { stored: true } }))
  .filter(entry => entry.body).sort((a, b) => a.at < b.at ? -1 : 1);

/** A reply and a note are two drafts; which of them was open is kept with them. */
export function draftOf(conversation) {
  const key = keyOf(conversation);
  if (!drafts.has(key)) {
    const { text = '', note = '', noting = false, quoted = null, files = [] } = read(DRAFT + key);
    drafts.set(key, { key, text, note, noting, quoted, files: files.map(file => ({ ...file, state: 'ready' })), unsent: stored(key), problem: null, busy: false, choosing: false, chosen: null, values: {} });
  }
  return drafts.get(key);
}

export function keep(draft) {
  const { text, note, noting, quoted } = draft;
  const files = draft.files.filter(file => file.state === 'ready').map(({ name, size, kind, id }) => ({ name, size, kind, id }));
  if (text || note || quoted || files.length) write(DRAFT + draft.key, { text, note, noting, quoted, files }); else localStorage.removeItem(DRAFT + draft.key);
  changed(draft);
}

/** Puts a text before what is already written to this conversation. */
export function handOn(conversation, text) {
  const draft = draftOf(conversation);
  draft.text = [text, draft.text].filter(Boolean).join('\n\n');
  keep(draft);
}

export function keepUnsent(draft, entry) {
  if (!draft.unsent.includes(entry)) draft.unsent = [...draft.unsent, entry];
  const { key, ticketId, body, text, at, author } = entry;
  write(nameOf(draft, entry), { key, ticketId, body, text, at, author });
  changed(draft);
}

/** Accepted: from now on it is a message, and no longer ours to keep. */
export const accepted = (draft, entry) => localStorage.removeItem(nameOf(draft, entry));

export function dropUnsent(draft, entry) {
  accepted(draft, entry);
  draft.unsent = draft.unsent.filter(other => other !== entry);
  changed(draft);
}

// Another tab has sent it, or thrown it away.
addEventListener('storage', e => {
  if (!e.key?.startsWith(UNSENT) || e.newValue) return;
  const [, key, id] = /^unsent:(.*):([^:]*)$/.exec(e.key) ?? [];
  const draft = drafts.get(key), entry = draft?.unsent.find(other => other.key === id && other.fault);
  if (entry) dropUnsent(draft, entry);
});
