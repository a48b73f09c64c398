/** The account's templates, asked for once and again when they are wanted anew. */
import { get } from './api.js';

let known = null;

export function templates(refresh = false) {
  if (!known || refresh) {
    known = get('/templates' + (refresh ? '?refresh=true' : ''));
    known.catch(() => { known = null; });
  }
  return known;
}

/** The places to fill, with Meta's examples: `[{ component, name, index, example }]`. */
export function places(template) {
  const found = [];
  for (const component of template.components) {
    if (!component.text) continue;
    const kind = component.type.toLowerCase();
    if (kind !== 'body' && kind !== 'header') continue;
    const example = component.example ?? {};
    const plainExamples = kind === 'body' ? example.body_text?.[0] ?? [] : example.header_text ?? [];
    const named = example[kind === 'body' ? 'body_text_named_params' : 'header_text_named_params'] ?? [];
    for (const [, name] of component.text.matchAll(/\{\{(\w+)\}\}/g)) {
      if (!found.some(place => place.component === kind && place.name === name)) {
        found.push({ component: kind, name, example: named.find(e => e.param_name === name)?.example ?? plainExamples[Number(name) - 1] ?? '' });
      }
    }
  }
  return found;
}

/** Whether the form can fill it: a header that is a file, or a button that wants a value, it cannot. */
export const fillable = template => template.components.every(c => !(c.type === 'HEADER' && c.format && c.format !== 'TEXT')
  && !(c.buttons ?? []).some(b => (b.url ?? '').includes('{{') || ['COPY_CODE', 'OTP', 'FLOW'].includes(b.type)));

export function send(template, values) {
  const components = ['header', 'body'].map(kind => ({ type: kind, parameters: places(template).filter(p => p.component === kind)
    .map(p => ({ type: 'text', ...(template.named ? { parameter_name: p.name } : {}), text: values[`${kind}.${p.name}`] ?? '' })) })).filter(c => c.parameters.length);
  return { type: 'template', template: { name: template.name, language: { code: template.language }, ...(components.length ? { components } : {}) } };
}
