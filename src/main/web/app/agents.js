/** The agents, asked for once a minute at most, and which of them sits here. */
import { get } from './api.js';

let known = null;
let at = 0;

export function agents() {
  if (!known || Date.now() - at > 60000) {
    at = Date.now();
    known = get('/agents').then(found => found.data);
    known.catch(() => { known = null; });
  }
  return known;
}

export const me = () => localStorage.getItem('agent');
export const setMe = id => id ? localStorage.setItem('agent', id) : localStorage.removeItem('agent');
