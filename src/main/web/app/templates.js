/** The account's templates, asked for once and again when they are wanted anew; those of the other mode are others. */
import { get } from './api.js';
import { live } from './live.js';

let known = null;
live.addEventListener('event', e => { if (e.detail.type === 'mode.changed') known = null; });

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

const plainButton = b => ['QUICK_REPLY', 'PHONE_NUMBER', 'VOICE_CALL'].includes(b.type) || b.type === 'URL' && !b.url?.includes('{{');
/** Why the form cannot fill it, which has fields for texts only; null when it can. */
export function unfit(template) {
  const strange = template.components.find(c => !(c.type === 'HEADER' ? (c.format ?? 'TEXT') === 'TEXT' : c.type === 'BUTTONS' ? (c.buttons ?? []).every(plainButton) : ['BODY', 'FOOTER'].includes(c.type)));
  return strange ? strange.type === 'HEADER' && strange.format !== 'LOCATION' ? 'template.needsFile' : 'template.needsValue' : null;
}

export function send(template, values) {
  const components = ['header', 'body'].map(kind => ({ type: kind, parameters: places(template).filter(p => p.component === kind)
    .map(p => ({ type: 'text', ...(template.named ? { parameter_name: p.name } : {}), text: values[`${kind}.${p.name}`] ?? '' })) })).filter(c => c.parameters.length);
  return { type: 'template', template: { name: template.name, language: { code: template.language }, ...(components.length ? { components } : {}) } };
}
