/**
 * What happens, from the event log by server-sent events. Of several tabs one holds the connection (browsers allow six to a host)
 * and tells the others; when it closes, the next goes on after the last position that it has seen.
 */
export const live = new EventTarget();

const EVENTS = '/api/whatsapp/events';
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('helpdesk-events') : null;
let last = null;
let source = null;
let stopped = true;
let release = null;
export let state = 'connecting';

function emit(type, detail) { live.dispatchEvent(new CustomEvent(type, { detail })); }

function setState(next) {
  if (state === next) return;
  const back = state === 'lost' && next === 'open';
  state = next;
  emit('state', next);
  if (back) emit('reset');                                         // the stream goes on where it was; what was asked for meanwhile did not come
}

function take({ kind, id, data }) {
  if (kind === 'state') { setState(data); return; }
  if (id) last = id;
  if (kind === 'event') emit('event', data);
  if (kind === 'reset' || kind === 'hello') emit('reset');         // what was read before the stream stood may be old already
}

function share(message) {
  channel?.postMessage(message);
  take(message);
}

function connect() {
  source = new EventSource(EVENTS + (last ? `?after=${last}` : ''));
  source.onopen = () => share({ kind: 'state', data: 'open' });
  source.onmessage = e => share({ kind: 'event', id: e.lastEventId, data: JSON.parse(e.data) });
  source.addEventListener('hello', e => share({ kind: 'hello', id: e.lastEventId }));
  source.addEventListener('reset', e => share({ kind: 'reset', id: e.lastEventId }));
  source.onerror = () => {
    share({ kind: 'state', data: 'lost' });
    if (source?.readyState === EventSource.CLOSED) {        // refused: the browser does not come again by itself
      source = null;
      emit('refused');
      setTimeout(() => { if (!stopped && !source) connect(); }, 4000);
    }
  };
}

export function start() {
  if (!stopped) return;
  stopped = false;
  if (channel) channel.onmessage = e => { if (!source) take(e.data); };
  if (channel && navigator.locks) {
    navigator.locks.request('helpdesk-events', () => stopped ? undefined : new Promise(resolve => { release = resolve; connect(); }));
    // Another tab has the connection: its next word says how it is; until then it is as good as open.
    setTimeout(() => { if (!source && !stopped && state === 'connecting') setState('open'); }, 1500);
  } else {
    connect();
  }
}

export function stop() {
  stopped = true;
  source?.close();
  source = null;
  release?.();
  release = null;
}

addEventListener('pagehide', () => source?.close());
addEventListener('pageshow', e => { if (e.persisted && !stopped) connect(); });
