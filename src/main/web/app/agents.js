/** The agents, asked for once a minute at most, and which of them sits here. */
import { get } from './api.js';
import { live } from './live.js';

/** Says `change` when somebody says who they are, here or in another tab. */
export const seat = new EventTarget();

let known = null;
let at = 0;
live.addEventListener('event', e => { if (['agent.changed', 'data.removed'].includes(e.detail.type)) forgetAgents(); });       // sample agents go with the simulated data
live.addEventListener('reset', () => forgetAgents());

export function agents() {
  if (!known || Date.now() - at > 60000) {
    at = Date.now();
    known = get('/agents').then(found => found.data);
    known.catch(() => { known = null; });
  }
  return known;
}

/** After a change of theirs. */
export const forgetAgents = () => { known = null; };

export const me = () => localStorage.getItem('agent');
/** What a send, a note or a change says of who did it: the agent who sits here, as long as there is one of this id. */
export async function asMe() {
  const id = me();
  const found = id ? await agents().catch(() => []) : [];
  return found.some(agent => agent.id === id && agent.active !== false) ? { agentId: id } : {};
}

export function setMe(id) {
  if (id) localStorage.setItem('agent', id); else localStorage.removeItem('agent');
  seat.dispatchEvent(new Event('change'));
}

addEventListener('storage', e => { if (e.key === 'agent') seat.dispatchEvent(new Event('change')); });
