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

function parsed(value) {
  try { return JSON.parse(value) ?? {}; } catch { return {}; }
}

const read = name => parsed(localStorage.getItem(name));

function write(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* no room: it is kept as long as the page */ }
}

const nameOf = (draft, entry) => `${UNSENT}${draft.key}:${entry.key}`;
const unsentOf = name => /^unsent:(?<key>.*):(?<id>[^:]*)$/.exec(name)?.groups;
const stored = key => Object.keys(localStorage).filter(name => name.startsWith(`${UNSENT}${key}:`)).map(name => ({ ...read(name), fault: { stored: true } }))
  .filter(entry => entry.body).sort((a, b) => a.at < b.at ? -1 : 1);

const content = ({ text = '', note = '', noted = null, quoted = null, files = [], noting }) => ({ text, note, noted, quoted, files, noting });
const ready = file => ({ ...file, state: 'ready' });

/** A reply and a note are two drafts; which of them was open is kept with them. So is a note under way (`noted`), with the key of its attempt. */
export function draftOf(conversation) {
  const key = keyOf(conversation);
  if (!drafts.has(key)) {
    const { noting = false, files, note, noted, ...more } = content(read(DRAFT + key));
    drafts.set(key, { key, ...more, note: note || (noted?.text ?? ''), noted, noting, files: files.map(ready), unsent: stored(key), problem: null, busy: false, choosing: false, chosen: null, values: {} });
  }
  return drafts.get(key);
}

export function keep(draft) {
  const { text, note, noted, noting, quoted } = draft;
  const files = draft.files.filter(file => file.state === 'ready').map(({ name, size, kind, id }) => ({ name, size, kind, id }));
  if (text || note || noted || quoted || files.length) write(DRAFT + draft.key, { text, note, noted, noting, quoted, files }); else localStorage.removeItem(DRAFT + draft.key);
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

/** By conversation, what waits for somebody here: sends that were not accepted, and whether something is written. */
export function waiting() {
  const found = new Map();
  const of = key => { if (!found.has(key)) found.set(key, { unsent: 0, draft: false }); return found.get(key); };
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(DRAFT)) of(name.slice(DRAFT.length)).draft = true;
    const key = unsentOf(name)?.key;
    if (key && !drafts.has(key)) of(key).unsent++;
  }
  drafts.forEach((draft, key) => draft.unsent.filter(entry => entry.fault).forEach(() => of(key).unsent++));
  return found;
}

const sameFiles = (some, others) => some.map(file => file.id).join() === others.map(file => file.id).join();

/** What another tab made of a draft holds here too, but for what was made of it here alone. */
function takeOver(draft, before, now) {
  if (draft.text === before.text) draft.text = now.text;
  if (draft.note === before.note) Object.assign(draft, { note: now.note, noted: now.noted });
  if (draft.quoted?.id === before.quoted?.id) draft.quoted = now.quoted;
  const here = draft.files.filter(file => file.state === 'ready');
  if (sameFiles(here, before.files)) draft.files = [...now.files.map(file => here.find(other => other.id === file.id) ?? ready(file)), ...draft.files.filter(file => file.state !== 'ready')];
}

// Another tab has written; or has sent what waited, or thrown it away.
addEventListener('storage', e => {
  const shown = e.key?.startsWith(DRAFT) && drafts.get(e.key.slice(DRAFT.length));
  if (shown) takeOver(shown, content(parsed(e.oldValue)), content(parsed(e.newValue)));
  const written = e.key?.startsWith(DRAFT) ? e.key.slice(DRAFT.length) : unsentOf(e.key ?? '')?.key;
  if (written) changed({ key: written });
  if (!e.key?.startsWith(UNSENT) || e.newValue) return;
  const { key, id } = unsentOf(e.key) ?? {};
  const draft = drafts.get(key), entry = draft?.unsent.find(other => other.key === id && other.fault);
  if (entry) dropUnsent(draft, entry);
});
