/** Texts by key from the catalogue of the language, dates and numbers by Intl. English is complete; what another lacks is English. */
const AVAILABLE = ['en'];
let locale = 'en';
let catalogue = {};
let sentences = [];
let plural = new Intl.PluralRules('en');

const fetchCatalogue = async name => (await fetch(`/ui/locales/${name}.json`)).json();

/** Chooses the language by what the reader prefers (or has chosen) and loads its texts. */
export async function loadCatalogue() {
  const wanted = [localStorage.getItem('locale'), ...navigator.languages].filter(Boolean);
  const known = wanted.find(tag => AVAILABLE.includes(tag.split('-')[0])) ?? 'en';
  locale = known;
  const base = known.split('-')[0];
  const { said: own, ...texts } = base === 'en' ? await fetchCatalogue('en') : { ...await fetchCatalogue('en'), ...await fetchCatalogue(base) };
  catalogue = texts;
  sentences = Object.entries(own ?? {}).map(([sentence, text]) => [pattern(sentence), text]);
  plural = new Intl.PluralRules(locale);
  document.documentElement.lang = locale;
}

/** The text; `{name}` is replaced, and an entry with forms is chosen by `n`. */
export function t(key, params = {}) {
  let text = catalogue[key];
  if (text === undefined) return key;
  if (typeof text === 'object') text = text[plural.select(params.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);
}

export const has = key => key in catalogue;

// `{0}` to `{9}` stand for what changes in a sentence.
const pattern = sentence => new RegExp(`^${sentence.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\d)\}/g, '(?<p$1>.+)')}$`, 's');

/** What the service says in a sentence of its own is English: here it is in the reader's language, where the catalogue has it under `said`. */
export function said(sentence) {
  const [known, text] = sentence && sentences.find(([found]) => found.test(sentence)) || [];
  if (!known) return sentence;
  const { groups } = known.exec(sentence);
  return text.replace(/\{(\d)\}/g, (_, n) => (groups[`p${n}`] === sentence ? sentence : said(groups[`p${n}`])));
}

/** Who did it: a person's name, or what a token is that was made without one. */
export const whose = name => has('token.' + name) ? t('token.' + name) : name;

const formats = new Map();
const format = (name, options) => {
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(locale, options));
  return formats.get(name);
};
const dayNumber = date => Math.floor((date.getTime() - date.getTimezoneOffset() * 60000) / 86400000);

export const clock = at => format('clock', { hour: '2-digit', minute: '2-digit' }).format(new Date(at));
export const fullTime = at => format('full', { dateStyle: 'full', timeStyle: 'medium' }).format(new Date(at));
const ofThisYear = at => new Date(at).getFullYear() === new Date().getFullYear();
const inYear = at => (ofThisYear(at) ? {} : { year: 'numeric' });
export const shortTime = at => format(`short${ofThisYear(at)}`, { day: 'numeric', month: 'short', ...inYear(at), hour: '2-digit', minute: '2-digit' }).format(new Date(at));
export const exactTime = at => format('exact', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));
export const seconds = at => format('seconds', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(new Date(at));

/** With the day of the week, where it is not today's. */
export const dayClock = at => (dayKey(at) === dayKey(Date.now()) ? clock(at) : format('dayclock', { weekday: 'short', hour: '2-digit', minute: '2-digit' }).format(new Date(at)));

/** Today's time, else the weekday, else the date: as short as a list wants it. */
export function listTime(at) {
  const date = new Date(at), days = dayNumber(new Date()) - dayNumber(date);
  if (days <= 0) return clock(at);
  if (days < 7) return format('weekday', { weekday: 'short' }).format(date);
  return format('date', date.getFullYear() === new Date().getFullYear() ? { day: 'numeric', month: 'short' } : { dateStyle: 'short' }).format(date);
}

export const dayKey = at => dayNumber(new Date(at));

/** Today, yesterday, or the day. */
export function dayName(at) {
  const date = new Date(at), days = dayNumber(new Date()) - dayNumber(date);
  if (days === 0) return t('day.today');
  if (days === 1) return t('day.yesterday');
  const year = date.getFullYear() !== new Date().getFullYear();
  return format(year ? 'dayyear' : 'day', { weekday: 'long', day: 'numeric', month: 'long', ...(year ? { year: 'numeric' } : {}) }).format(date);
}

export function bytes(size) {
  if (size == null) return '';
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'];
  let unit = 0, value = size;
  while (value >= 1000 && unit < 3) { value /= 1024; unit++; }
  return new Intl.NumberFormat(locale, { style: 'unit', unit: units[unit], unitDisplay: unit ? 'short' : 'long', maximumFractionDigits: value < 10 && unit > 1 ? 1 : 0 }).format(value);
}

export const money = (value, currency) => {
  try { return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(value); } catch { return `${value} ${currency ?? ''}`; }
};
