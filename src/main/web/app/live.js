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
let heard = 0;
/** The server says something every 15 seconds. */
const SILENT_MS = 45000;
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

function connect(anew = false) {
  heard = Date.now();
  source = new EventSource(EVENTS + (last ? `?after=${last}` : ''));
  const on = (type, act) => source.addEventListener(type, e => { heard = Date.now(); act(e); });
  on('open', () => {
    share({ kind: 'state', data: 'open' });
    if (anew) share({ kind: 'reset' });
    anew = false;
  });
  on('message', e => share({ kind: 'event', id: e.lastEventId, data: JSON.parse(e.data) }));
  on('hello', e => share({ kind: 'hello', id: e.lastEventId }));
  on('reset', e => share({ kind: 'reset', id: e.lastEventId }));
  on('beat', () => {});
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
  if (channel) channel.onmessage = e => { if (e.data.kind === 'look') listen(); else if (!source) take(e.data); };
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

/** A line may be dead without an end, as after a sleep: what is silent for too long is laid anew. */
function listen() {
  if (!source || Date.now() - heard < SILENT_MS) return;
  source.close();
  connect(true);
}

/** What the browser tells of its network need not be so of this line, as to a server on the same machine: laid anew, it shows at once. */
function told() {
  if (stopped || !source && !release) return;
  share({ kind: 'state', data: 'lost' });
  source?.close();
  connect();
}

setInterval(listen, 5000);
for (const said of ['offline', 'online']) addEventListener(said, told);
// Timers of a tab in the background are slow: who comes back has the one that holds the connection look at once.
document.addEventListener('visibilitychange', () => { listen(); channel?.postMessage({ kind: 'look' }); });
addEventListener('pagehide', () => source?.close());
addEventListener('pageshow', e => { if (e.persisted && !stopped) connect(); });
