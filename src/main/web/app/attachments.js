/** Files for a message: what WhatsApp takes, told before anything is uploaded, and each as a chip with how far it has come. */
import { html, nothing } from 'lit';
import { bytes, t } from './i18n.js';
import { icon } from './marks.js';

const MB = 1024 * 1024;
/** Kind of message, largest size. */
const LIMITS = [[/^image\/(jpeg|png)$/, 'image', 5 * MB], [/^image\/webp$/, 'sticker', 500 * 1024], [/^video\/(mp4|3gpp)$/, 'video', 16 * MB], [/^audio\/(aac|amr|mpeg|mp4|x-m4a|ogg)/, 'audio', 16 * MB]];
const DOCUMENT = 100 * MB;
const OFFICE = /\.(pdf|txt|csv|docx?|xlsx?|pptx?)$/i;
/** For the chooser of files: the types above; drop and paste are checked when they come. */
export const ACCEPT = 'image/jpeg,image/png,image/webp,video/mp4,video/3gpp,audio/aac,audio/amr,audio/mpeg,audio/mp4,audio/ogg,.pdf,.txt,.csv,.doc,.docx,.xls,.xlsx,.ppt,.pptx';

function kindOf(file) {
  const found = LIMITS.find(([pattern]) => pattern.test(file.type));
  if (found) return { kind: found[1], most: found[2] };
  return OFFICE.test(file.name) ? { kind: 'document', most: DOCUMENT } : { kind: null, most: 0 };
}

/** To be uploaded, or refused at once with the reason. */
export function attachment(file) {
  const { kind, most } = kindOf(file);
  const fault = !kind ? t('attach.type') : file.size > most ? t('attach.size', { size: bytes(file.size), kind: t('attach.' + kind), most: bytes(most) }) : !file.size ? t('attach.empty') : null;
  return { file, name: file.name, size: file.size, kind, loaded: 0, state: fault ? 'refused' : 'uploading', fault };
}

export function chip(f, { again, drop }) {
  const type = (/\.([a-z0-9]{1,4})$/i.exec(f.name)?.[1] ?? f.kind ?? '?').toUpperCase();
  const bad = f.state === 'refused' || f.state === 'failed';
  return html`<div class="file ${bad ? 'bad' : ''}"><span class="ft" aria-hidden="true">${type}</span><bdi class="cut" title=${f.name}>${f.name}</bdi>
    ${f.state === 'failed' ? html`<button class="btn small x" type="button" @click=${() => again(f)}>${icon('retry', 'i-sm')}${t('act.retry')}</button>` : html`<button class="btn quiet icon small x" type="button" aria-label=${t(f.state === 'uploading' ? 'attach.cancel' : 'attach.remove', { name: f.name })} @click=${() => drop(f)}>${icon('x', 'i-sm')}</button>`}
    <span class="mt" role=${bad ? 'alert' : nothing}>${bad ? f.fault : f.state === 'ready' ? t('attach.ready', { size: bytes(f.size) }) : t('attach.progress', { loaded: bytes(f.loaded), size: bytes(f.size) })}</span>
    ${f.state === 'uploading' ? html`<progress max=${f.size} value=${f.loaded} aria-label=${t('attach.uploading', { name: f.name })}></progress>` : nothing}</div>`;
}
