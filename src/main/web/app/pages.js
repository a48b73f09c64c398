/**
 * The pages, by their name in the address. `load` fetches a page's module, with its stylesheet, when it is first opened; `tab` is one of
 * the row that administration pages share, of which the rail shows those with an icon. On phones what is `wide` stands behind "More".
 */
import { html } from 'lit';
import './inbox.js';

const sheets = new Map();

/** A stylesheet that not every page needs, once: when it is there. What did not come is asked for again. */
function sheet(name) {
  if (!sheets.has(name)) {
    sheets.set(name, new Promise((resolve, reject) => {
      const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `/ui/${name}.css`, onload: resolve });
      link.onerror = () => { link.remove(); sheets.delete(name); reject(new Error(name)); };
      document.head.append(link);
    }));
  }
  return sheets.get(name);
}

const styled = (name, module) => () => Promise.all([sheet(name), module()]);
const admin = module => styled('admin', module);

export const pages = {
  inbox: { title: 'page.inbox', icon: 'inbox', view: ({ rail, at, session, mode }) => html`<hd-inbox .rail=${rail} .at=${at} .session=${session} .mode=${mode}></hd-inbox>` },
  contacts: { title: 'page.contacts', icon: 'people', load: admin(() => import('./contacts.js')), view: ({ rail, at, session, mode }) => html`<hd-contacts .rail=${rail} .at=${at} .session=${session} .mode=${mode}></hd-contacts>` },
  phone: { title: 'page.phone', icon: 'phone', mock: true, load: () => import('./phone.js'), view: ({ rail, at, session }) => html`<hd-phone .rail=${rail} .at=${at} .session=${session}></hd-phone>` },
  scenarios: { title: 'page.scenarios', icon: 'bolt', mock: true, wide: true, load: admin(() => import('./scenarios.js')), view: ({ rail, at }) => html`<hd-scenarios .rail=${rail} .at=${at}></hd-scenarios>` },
  health: { title: 'page.health', icon: 'pulse', tab: true, load: admin(() => import('./health.js')), view: ({ rail, at, session }) => html`<hd-health .rail=${rail} .at=${at} .session=${session}></hd-health>` },
  setup: { title: 'page.setup', tab: true, load: admin(() => import('./setup.js')), view: ({ rail, at, session }) => html`<hd-setup .rail=${rail} .at=${at} .session=${session}></hd-setup>` },
  settings: { title: 'page.settings', icon: 'sliders', tab: true, load: admin(() => import('./settings.js')), view: ({ rail, at, session, mode }) => html`<hd-settings .rail=${rail} .at=${at} .session=${session} .mode=${mode}></hd-settings>` },
  webhook: { title: 'page.webhook', tab: true, load: admin(() => import('./webhook.js')), view: ({ rail, at, session }) => html`<hd-webhook .rail=${rail} .at=${at} .session=${session}></hd-webhook>` },
  profile: { title: 'page.profile', tab: true, load: admin(() => import('./profile.js')), view: ({ rail, at, session }) => html`<hd-profile .rail=${rail} .at=${at} .session=${session}></hd-profile>` },
  agents: { title: 'page.agents', tab: true, load: admin(() => import('./team.js')), view: ({ rail, at, session }) => html`<hd-agents .rail=${rail} .at=${at} .session=${session}></hd-agents>` },
  api: { title: 'page.api', icon: 'hash', wide: true, load: styled('reference', () => import('./reference.js')), view: ({ rail, at }) => html`<hd-reference .rail=${rail} .at=${at}></hd-reference>` },
  trace: { title: 'page.trace', icon: 'route', wide: true, dev: true, load: styled('reference', () => import('./trace.js')), view: ({ rail, at }) => html`<hd-trace .rail=${rail} .at=${at}></hd-trace>` },
};
