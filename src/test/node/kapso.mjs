import { run, settings, text } from "./steps.mjs";
import { WhatsAppClient, buildTemplateSendPayload } from "@kapso/whatsapp-cloud-api";

const { base, token, number, account, customer, template, written } = await settings();
const client = (accessToken) => new WhatsAppClient({ baseUrl: base, graphVersion: "v23.0", accessToken });
const api = client(token);
const to = { phoneNumberId: number, to: "+" + customer };

await run({
  text: () => api.messages.sendText({ ...to, body: "Hello" }),
  toUserId: () => api.messages.sendText({ phoneNumberId: number, recipient: "US.13491208655302741918", body: "Hello" }),
  video: () => api.messages.sendVideo({ ...to, video: { link: "https://example.com/a.mp4", caption: "A film" } }),
  location: () => api.messages.sendLocation({ ...to, location: { latitude: 48.2, longitude: 16.37, name: "Here", address: "A street" } }),
  contacts: () => api.messages.sendContacts({ ...to, contacts: [{ name: { formattedName: "Ben Sample", firstName: "Ben" }, phones: [{ phone: "+15551230002", type: "WORK" }] }] }),
  reaction: (seen) => api.messages.sendReaction({ ...to, reaction: { messageId: seen.text.messages[0].id, emoji: "😀" } }),
  buttons: () => api.messages.sendInteractiveButtons({ ...to, bodyText: "Shall we?", footerText: "Press one", buttons: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }] }),
  link: () => api.messages.sendInteractiveCtaUrl({ ...to, bodyText: "Look", parameters: { displayText: "Open", url: "https://example.com" } }),
  flow: () => api.messages.sendInteractiveFlow({ ...to, bodyText: "Try it", parameters: { flowId: "1234567890", flowCta: "Open", flowToken: "t", flowAction: "navigate", flowActionPayload: { screen: "WELCOME" } } }),
  template: () => api.messages.sendTemplate({ ...to, template: buildTemplateSendPayload({ name: template, language: "en_US", body: [{ type: "text", text: "42" }] }) }),
  read: () => api.messages.markRead({ phoneNumberId: number, messageId: written, typingIndicator: { type: "text" } }),
  busy: () => api.messages.sendText({ phoneNumberId: number, to: "+15559130429", body: "Hello" }),
  wrongToken: () => client("wrong").messages.sendText({ ...to, body: "Hello" }),
  upload: () => api.media.upload({ phoneNumberId: number, type: "document", file: new Blob(["Some notes"], { type: "text/plain" }), fileName: "notes.txt" }),
  info: (seen) => api.media.get({ mediaId: seen.upload.id, phoneNumberId: number }),
  file: async (seen) => text(await api.media.download({ mediaId: seen.upload.id, auth: "always" })),
  remove: (seen) => api.media.delete({ mediaId: seen.upload.id, phoneNumberId: number }),
  create: () => api.templates.create({ businessAccountId: account, name: "kapso_" + customer, language: "en_US", category: "UTILITY", components: [{ type: "BODY", text: "Your order is on its way." }] }),
  list: () => api.templates.list({ businessAccountId: account, name: "kapso_" + customer, limit: 1 }),
  removeTemplate: () => api.templates.delete({ businessAccountId: account, name: "kapso_" + customer }),
  profile: () => api.phoneNumbers.businessProfile.get({ phoneNumberId: number, fields: "about,vertical" }),
});
