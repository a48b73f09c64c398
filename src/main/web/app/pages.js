/** The pages of the rail, by their name in the address. `load` fetches a page's module when it is first opened. Phones leave out what is `wide`. */
import { html } from 'lit';
import './inbox.js';

export const pages = {
  inbox: { title: 'page.inbox', icon: 'inbox', view: ({ rail, at, session }) => html`<hd-inbox .rail=${rail} .at=${at} .session=${session}></hd-inbox>` },
  phone: { title: 'page.phone', icon: 'phone', mock: true, load: () => import('./phone.js'), view: ({ rail, at, session }) => html`<hd-phone .rail=${rail} .at=${at} .session=${session}></hd-phone>` },
  api: { title: 'page.api', icon: 'hash', wide: true, load: () => import('./reference.js'), view: ({ rail, at }) => html`<hd-reference .rail=${rail} .at=${at}></hd-reference>` },
  trace: { title: 'page.trace', icon: 'route', wide: true, dev: true, load: () => import('./trace.js'), view: ({ rail, at }) => html`<hd-trace .rail=${rail} .at=${at}></hd-trace>` },
};
