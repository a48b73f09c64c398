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

export const toast = (text, more = {}) => tell('toast', { text, ...more });
export const complain = text => toast(text, { bad: true, stays: true });

export const singleKeys = () => localStorage.getItem('keys') !== 'off';
export const setSingleKeys = on => localStorage.setItem('keys', on ? 'on' : 'off');

/** Whether a key without modifiers is meant as a command: not while somebody writes, not in a dialog, not when switched off. */
export function onKey(e) {
  const target = e.target;
  const writes = target.closest?.('input, textarea, select, dialog, [contenteditable]');
  return singleKeys() && !writes && !e.ctrlKey && !e.metaKey && !e.altKey && !e.isComposing;
}

export const KEYS = [
  [['J', 'K'], 'keys.move'], [['Enter'], 'keys.open'], [['Esc'], 'keys.back'], [['/'], 'keys.search'], [['R'], 'keys.reply'], [['N'], 'keys.note'],
  [['Q'], 'keys.quote'], [['↑', '↓'], 'keys.log'], [['S'], 'keys.solve'], [['I'], 'keys.panel'], [['C'], 'keys.compose'], [['G', 'I'], 'keys.inbox'], [['G', 'C'], 'page.contacts'], [['G', 'P'], 'keys.phone'], [['G', 'H'], 'page.health'], [['G', 'S'], 'page.settings'],
  [['Ctrl', 'U'], 'keys.attach'], [['Enter'], 'keys.send'], [['Shift', 'Enter'], 'keys.line'], [['?'], 'keys.this'],
];

/** Focuses what a dialog or a view begins with, after it was drawn. */
export const soon = work => requestAnimationFrame(() => requestAnimationFrame(work));
