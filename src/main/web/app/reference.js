import { LitElement, html, nothing } from 'lit';
import { get } from './api.js';
import { t } from './i18n.js';
import { go, toast } from './shell.js';
import { icon } from './marks.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Text of the contract: what stands in backticks is code. */
const prose = text => (text ?? '').split('`').map((part, at) => at % 2 ? html`<code class="wrap">${part}</code>` : part);

/** The API, read from the contract that requests are checked against: operations by tag, parameters, schemas, examples, curl. */
class HdReference extends LitElement {
  static properties = { rail: {}, at: {}, contract: { state: true }, fault: { state: true }, q: { state: true } };

  constructor() {
    super();
    this.contract = null;
    this.fault = null;
    this.q = '';
  }

  createRenderRoot() { return this; }

  connectedCallback() {
    super.connectedCallback();
    this.load();
  }

  async load() {
    this.fault = null;
    try { this.contract = await get('/openapi.json'); } catch (fault) { this.fault = fault; }
  }

  get open() { return this.at?.rest[0] || null; }

  operations() {
    return Object.entries(this.contract.paths).flatMap(([path, item]) => METHODS.filter(method => item[method])
      .map(method => ({ path, method: method.toUpperCase(), ...item[method] })));
  }

  resolve(node) {
    return node?.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at?.[key], this.contract) : node;
  }

  // ---- schemas

  typeOf(schema) {
    if (!schema) return t('api.any');
    if (schema.$ref) return schema.$ref.replace(/.*\//, '');
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
    if (schema.oneOf ?? schema.anyOf) return (schema.oneOf ?? schema.anyOf).map(one => this.typeOf(one)).join(' | ');
    if (schema.type === 'array') return `${t('api.list')} ${this.typeOf(schema.items)}`;
    return [schema.type ?? t('api.any')].flat().join(' | ') + (schema.format ? ` (${schema.format})` : '');
  }

  limits(schema) {
    return ['default', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'].filter(key => schema?.[key] !== undefined)
      .map(key => t('api.limit.' + key, { v: typeof schema[key] === 'string' ? schema[key] : JSON.stringify(schema[key]) })).join(', ');
  }

  // The names that a schema leads to, each shown once, in a fold: a schema may lead back to itself.
  named(schema) {
    const found = new Set();
    const walk = node => {
      if (!node || typeof node !== 'object') return;
      if (typeof node.$ref === 'string' && node.$ref.includes('/schemas/')) {
        const name = node.$ref.replace(/.*\//, '');
        if (found.has(name)) return;
        found.add(name);
        walk(this.contract.components.schemas[name]);
      } else {
        Object.values(node).forEach(walk);
      }
    };
    walk(schema);
    return [...found];
  }

  fields(schema) {
    const parts = [schema, ...(schema.allOf ?? []).map(part => this.resolve(part))];
    const rows = parts.flatMap(part => Object.entries(part?.properties ?? {}).map(([name, field]) => ({ name, field, needed: (part.required ?? []).includes(name) })));
    if (!rows.length) return html`<p class="sm"><code class="wrap">${this.typeOf({ ...schema, $ref: undefined })}</code> <span class="muted">${this.limits(schema)}</span></p>`;
    return this.table(rows.map(row => ({ ...row, schema: row.field, text: row.field.description ?? this.resolve(row.field)?.description })), false);
  }

  table(rows, where) {
    return html`<table class="ref-t"><thead><tr><th scope="col">${t('api.name')}</th>${where ? html`<th scope="col">${t('api.where')}</th>` : nothing}<th scope="col">${t('api.type')}</th><th scope="col">${t('api.means')}</th></tr></thead>
      <tbody>${rows.map(row => html`<tr><th scope="row"><code class="wrap">${row.name}</code>${row.needed ? html` <span class="ref-need">${t('api.required')}</span>` : nothing}</th>
        ${where ? html`<td>${t('api.in.' + row.in)}</td>` : nothing}<td><code class="wrap">${this.typeOf(row.schema)}</code></td>
        <td>${prose(row.text)} <span class="muted xs wrap">${this.limits(this.resolve(row.schema))}</span></td></tr>`)}</tbody></table>`;
  }

  schema(schema) {
    if (!schema) return nothing;
    const names = this.named(schema);
    return html`${schema.$ref ? nothing : this.fields(schema)}${names.map((name, at) => html`<details class="ref-s" ?open=${at === 0 && !!schema.$ref}>
      <summary>${t('api.schema', { name })}</summary>${this.fields(this.contract.components.schemas[name])}</details>`)}`;
  }

  // ---- an operation

  examples(operation) {
    const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
    if (!content) return [];
    if (content.examples) return Object.values(content.examples).map(one => [one.summary, one.value]);
    return type === 'application/json' ? (this.resolve(content.schema)?.examples ?? []).map(value => ['', value]) : [];
  }

  curl(operation) {
    const lines = [];
    const open = Array.isArray(operation.security);
    if (!open) lines.push('-H "Authorization: Bearer $TOKEN"');
    const type = Object.keys(operation.requestBody?.content ?? {})[0];
    const [example] = this.examples(operation);
    if (type === 'application/json') lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(example?.[1] ?? {}).replaceAll("'", "'\\''")}'`);
    if (type === 'multipart/form-data') lines.push('-F file=@picture.jpg');
    const plain = operation.method === 'GET' || (operation.method === 'POST' && type);
    return [`curl ${plain ? '' : `-X ${operation.method} `}'${location.origin}${operation.path.replace('{id}', '1')}'`, ...lines].join(' \\\n  ');
  }

  async copy(text) {
    try { await navigator.clipboard.writeText(text); toast(t('api.copied')); } catch { toast(t('api.notCopied'), { bad: true }); }
  }

  block(text, label) {
    return html`<div class="ref-code"><pre tabindex="0" role="region" aria-label=${label}>${text}</pre>
      <button class="btn small" type="button" @click=${() => this.copy(text)}>${icon('copy', 'i-sm')}${t('api.copy')}</button></div>`;
  }

  answer(status, response) {
    const answer = this.resolve(response);
    const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
    return html`<details class="ref-a" ?open=${status < 300}><summary><b class="ref-st" data-s=${status[0]}>${status}</b><span>${prose(answer.description)}</span></summary>
      ${type ? html`<p class="sm muted"><code>${type}</code></p>${this.schema(content.schema)}` : nothing}</details>`;
  }

  detail(operation) {
    const parameters = (operation.parameters ?? []).map(one => this.resolve(one)).map(one => ({ ...one, needed: one.required, text: one.description }));
    const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
    const examples = this.examples(operation);
    return html`<h1 class="ref-h"><b class="ref-m" data-m=${operation.method}>${operation.method}</b> <code class="wrap">${operation.path}</code></h1>
      <p>${prose(operation.summary)}</p>
      ${operation.description ? html`<p class="ref-p">${prose(operation.description)}</p>` : nothing}
      ${Array.isArray(operation.security) ? html`<p class="sm muted">${t('api.noToken')}</p>` : operation.responses['403'] ? html`<p class="sm muted">${icon('lock', 'i-sm')} ${t('api.admin')}</p>` : nothing}
      <h2>${t('api.curl')}</h2>${this.block(this.curl(operation), t('api.curl'))}
      ${parameters.length ? html`<h2>${t('api.parameters')}</h2>${this.table(parameters, true)}` : nothing}
      ${type ? html`<h2>${t('api.body')} <code>${type}</code></h2>${this.schema(content.schema)}` : nothing}
      ${examples.length ? html`<h2>${t('api.examples')}</h2>${examples.map(([name, value]) => html`${name ? html`<h3>${name}</h3>` : nothing}${this.block(JSON.stringify(value, null, 2), name || t('api.examples'))}`)}` : nothing}
      <h2>${t('api.answers')}</h2>${Object.entries(operation.responses).map(([status, response]) => this.answer(status, response))}`;
  }

  about() {
    return html`<h2>${t('api.about')}</h2>${(this.contract.info.description ?? '').split('\n\n').map(text => html`<p class="ref-p">${prose(text)}</p>`)}
      <p><a href="/api/whatsapp/openapi.yaml" download="openapi.yaml">${t('api.file')}</a></p><p class="muted no-stack">${t('api.choose')}</p>`;
  }

  listed() {
    const q = this.q.trim().toLowerCase();
    const found = this.operations().filter(one => `${one.method} ${one.path} ${one.summary} ${one.operationId}`.toLowerCase().includes(q));
    if (!found.length) return html`<p class="ref-none">${t('api.none', { q: this.q })}</p>`;
    return this.contract.tags.filter(tag => found.some(one => one.tags.includes(tag.name))).map(tag => html`<section aria-labelledby="tag-${tag.name}">
      <h2 class="ref-tag" id="tag-${tag.name}" title=${tag.description}>${tag.name}</h2>
      <ul>${found.filter(one => one.tags.includes(tag.name)).map(one => html`<li><a class="ref-o" href="#/api/${one.operationId}" aria-current=${this.open === one.operationId ? 'page' : nothing}>
        <b class="ref-m" data-m=${one.method}>${one.method}</b><span class="wrap">${one.path.replace('/api/whatsapp', '')}</span></a></li>`)}</ul></section>`);
  }

  updated(changed) {
    if (changed.has('at')) this.querySelector('.ref-main')?.scrollTo(0, 0);
  }

  render() {
    const operation = this.contract && this.open ? this.operations().find(one => one.operationId === this.open) : null;
    return html`<div class="app ref" data-view=${this.open ? 'thread' : 'list'}>${this.rail}
      <section class="list" role=${this.open ? 'navigation' : 'main'} aria-label=${t('api.operations')}>
        <div class="ref-find"><h1>${t('api.title')}</h1><div class="searchbox">${icon('search')}<input class="input" type="search" aria-label=${t('api.find')} placeholder=${t('api.find')} .value=${this.q} @input=${e => { this.q = e.target.value; }}></div></div>
        <div class="scroll">${this.contract ? html`<p><a class="ref-o" href="#/api">${t('api.about')}</a></p>${this.listed()}` : nothing}</div></section>
      <section class="thread ref-main" role=${this.open ? 'main' : 'region'} tabindex="0" aria-label=${t('api.operation')}><div class="ref-in">
        <button class="btn quiet icon only-stack" type="button" aria-label=${t('api.operations')} @click=${() => go('api')}>${icon('back')}</button>
        ${this.fault ? html`<p class="hint bad" role="alert">${t('api.fault')} ${this.fault.message}</p><button class="btn" type="button" @click=${() => this.load()}>${t('act.again')}</button>`
          : !this.contract ? html`<p class="muted" role="status">${t('app.loading')}</p>` : operation ? this.detail(operation) : this.about()}</div></section></div>`;
  }
}

customElements.define('hd-reference', HdReference);
