/** What a message opens: its picture in full, the choice of a reaction, the question whether it goes out a second time. `over`: it was closed. */
import { html, nothing } from 'lit';
import { content } from './api.js';
import { bytes, t } from './i18n.js';
import { icon } from './marks.js';
import { nameOf, plain } from './format.js';

const REACTIONS = ['👍', '❤️', '😂', '🙏', '✅', '😢'];
const close = e => e.target.closest('dialog').close();

export function lightbox(m, over) {
  const url = content(m.media.id), what = m.media.mimeType?.startsWith('video') ? 'video' : 'image';
  return html`<dialog class="light" id="light" aria-label=${t('kind.' + what)} @close=${over} @click=${e => { if (e.target.id === 'light') e.target.close(); }}><figure>
    ${what === 'video' ? html`<video src=${url} controls autoplay></video>` : html`<img src=${url} alt=${m.text ? plain(m.text) : t('kind.image')}>`}
    <figcaption><span>${m.text ? html`<bdi>${plain(m.text)}</bdi> · ` : nothing}${m.media.mimeType} · ${bytes(m.media.size)}</span><a class="btn" href=${url} download>${icon('download')}${t('act.download')}</a><button class="btn" type="button" @click=${close}>${icon('x')}${t('act.close')}</button></figcaption></figure></dialog>`;
}

export const reactionBox = (react, over) => html`<dialog class="box" id="react" aria-label=${t('act.react')} @close=${over}><div><h2>${t('act.react')}</h2><div class="acts">${REACTIONS.map(emoji => html`<button class="btn" type="button" @click=${() => react(emoji)}>${emoji}</button>`)}<button class="btn quiet" type="button" @click=${close}>${t('act.cancel')}</button></div></div></dialog>`;

export const askAgain = (contact, send, over) => html`<dialog class="box" id="ask" aria-labelledby="ask-title" @close=${over}><div><h2 id="ask-title">${t('fail.askTitle')}</h2><p class="sm">${t('fail.askText', { name: nameOf(contact) })}</p>
  <div class="acts"><button class="btn quiet" type="button" @click=${close}>${t('fail.leave')}</button><button class="btn primary" type="button" @click=${e => { send(); close(e); }}>${t('fail.sendAgain')}</button></div></div></dialog>`;
