/** Where we are (`#/page/rest`), which keys count, and how a part says something to the person. */
import { tell } from './api.js';

function decoded(part) {
  try { return decodeURIComponent(part); } catch { return part; }          // an address that somebody cut
}

export function route() {
  const [page, ...rest] = location.hash.replace(/^#\/?/, '').split('/').map(decoded);
  return { page: page || 'inbox', rest };
}

export function go(path, replace = false) {
  if (replace) history.replaceState(null, '', '#/' + path); else location.hash = '/' + path;
  if (replace) dispatchEvent(new HashChangeEvent('hashchange'));
}

/** What everybody may know: whether messages are traced here (development). */
export const here = { trace: false };

/** What is said of something (`about`) takes the place of what was said of it before; what the view says by itself is `shown`. */
export const toast = (text, more = {}) => tell('toast', { text, ...more });
/** It stays until it is closed, it is mended, or the person goes on to somewhere else. */
export const complain = (text, about) => toast(text, { bad: true, stays: true, about });
/** Another view of the same address. */
export const viewed = () => tell('view');
/** Now it works: what was complained of it is over. */
export const mended = about => tell('mended', about);

export const singleKeys = () => localStorage.getItem('keys') !== 'off';
export const setSingleKeys = on => localStorage.setItem('keys', on ? 'on' : 'off');

/** Whether a key without modifiers is meant as a command: not while somebody writes, not in a dialog, not when switched off, not twice. */
export function onKey(e) {
  const target = e.target;
  const writes = target.closest?.('input, textarea, select, dialog, [contenteditable]');
  return !e.defaultPrevented && singleKeys() && !writes && !e.ctrlKey && !e.metaKey && !e.altKey && !e.isComposing;
}

export const KEYS = [
  [['J', 'K'], 'keys.move'], [['Enter'], 'keys.open'], [['Esc'], 'keys.back'], [['/'], 'keys.search'], [['R'], 'keys.reply'], [['N'], 'keys.note'],
  [['Q'], 'keys.quote'], [['↑', '↓'], 'keys.log'], [['S'], 'keys.solve'], [['I'], 'keys.panel'], [['C'], 'keys.compose'], [['G', 'I'], 'keys.inbox'], [['G', 'C'], 'keys.contacts'], [['G', 'P'], 'keys.phone'], [['G', 'H'], 'keys.health'], [['G', 'S'], 'keys.settings'],
  [['Ctrl', 'U'], 'keys.attach'], [['Enter'], 'keys.send'], [['Shift', 'Enter'], 'keys.line'], [['?'], 'keys.this'],
];

/** Focuses what a dialog or a view begins with, after it was drawn. */
export const soon = work => requestAnimationFrame(() => requestAnimationFrame(work));
