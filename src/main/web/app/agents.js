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

/** After a change of theirs. */
export const forgetAgents = () => { known = null; };

export const me = () => localStorage.getItem('agent');
/** What a send says of its author: the agent who sits here, as long as there is one of this id. */
export async function asMe() {
  const id = me();
  const found = id ? await agents().catch(() => []) : [];
  return found.some(agent => agent.id === id && agent.active !== false) ? { agentId: id } : {};
}

export const setMe = id => id ? localStorage.setItem('agent', id) : localStorage.removeItem('agent');
