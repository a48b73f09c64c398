import { said, t } from './i18n.js';

/** Calls of our own API. A refusal is a Problem with its code and sentence, as a reader is told it; being offline is one too. */
export class Problem extends Error {
  constructor(status, body = {}) {
    const code = body.code ?? 'unknown';
    super(status === 0 ? t('fault.offline') : said(body.detail ?? body.title) || t('fault.unknown', { code }));
    this.status = status;
    this.code = code;
    this.body = body.errors ? { ...body, errors: body.errors.map(error => ({ ...error, message: said(error.message) })) } : body;
  }
}

/** Whether the same may work a moment later: no line, too much at once, a server that is not well. */
export const passing = fault => fault.status === 0 || fault.status === 429 || fault.status >= 500;

/** Tells the shell: `logged-out`, `online`, `offline`. */
export const bus = new EventTarget();
export const tell = (type, detail) => bus.dispatchEvent(new CustomEvent(type, { detail }));

async function refusal(response) {
  let body = {};
  try { body = await response.json(); } catch { /* an answer that is not ours */ }
  if (response.status === 401 && body.code !== 'login-refused') tell('logged-out');
  return new Problem(response.status, body);
}

/** Of one attempt: what is tried again with it is done once. */
export const newKey = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

const underWay = new Set();

/** When everything that was asked for is answered, also what was asked for upon an answer; who asks again and again is not waited for. */
export async function settled() { for (let times = 0; underWay.size && times < 5; times++) await Promise.allSettled([...underWay]); }

/** Counts this among what is under way: more than one request, of which the last must get through. */
export function meanwhile(work) {
  underWay.add(work);
  const over = () => underWay.delete(work);
  work.then(over, over);
  return work;
}

export const call = (...request) => meanwhile(ask(...request));

async function ask(method, path, body, { signal, key } = {}) {
  const headers = { 'Helpdesk-Page': '1' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (key) headers['Idempotency-Key'] = key;
  let response;
  try {
    response = await fetch(path, { method, headers, signal, credentials: 'same-origin', body: body === undefined ? undefined : JSON.stringify(body) });
    if (response.ok) return response.status === 204 ? null : await response.json();
  } catch (fault) {                                                // also when the line breaks in the middle of the answer
    if (fault.name === 'AbortError') throw fault;
    throw new Problem(0, { code: 'offline' });
  }
  throw await refusal(response);
}

const API = '/api/whatsapp';
export const get = (path, options) => call('GET', API + path, undefined, options);
export const post = (path, body = {}, options) => call('POST', API + path, body, options);
export const patch = (path, body) => call('PATCH', API + path, body);
export const remove = path => call('DELETE', API + path);
export const mock = (method, path, body) => call(method, '/mock/control' + path, body);
export const query = params => '?' + new URLSearchParams(Object.entries(params).filter(([, v]) => v != null && v !== ''));
export const content = id => `${API}/media/${encodeURIComponent(id)}/content`;

/** Uploads a file; `progress` gets bytes. Resolves to the id; `abort` of the returned object cancels. */
export function upload(file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.onprogress = e => progress(e.loaded);
    request.onload = () => {
      let body = {};
      try { body = JSON.parse(request.responseText); } catch { /* said by the status */ }
      if (request.status === 201) resolve(body.id);
      else reject(new Problem(request.status, body));
    };
    request.onerror = () => reject(new Problem(0, { code: 'offline' }));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
  });
  const form = new FormData();
  form.append('file', file, file.name);
  request.open('POST', API + '/media');
  request.setRequestHeader('Helpdesk-Page', '1');
  request.send(form);
  return { done, abort: () => request.abort() };
}
