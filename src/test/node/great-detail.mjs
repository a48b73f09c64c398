import { run, settings, text } from "./steps.mjs";
import Client from "@great-detail/whatsapp";

const { base, token, number, account, customer, template, written } = await settings();
const client = (bearer) => new Client({ prefixUrl: base, request: { retry: 0, headers: { Authorization: "Bearer " + bearer } } });
const sdk = client(token);
const to = "+" + customer;
const send = (type, content) => sdk.message.createMessage({ phoneNumberID: number, to, type, [type]: content }).json();
const fields = ["id", "display_phone_number", "verified_name", "quality_rating", "throughput"];

await run({
  text: () => send("text", { body: "Hello" }),
  image: () => send("image", { link: "https://example.com/a.jpg" }),
  template: () => send("template", { name: template, language: { code: "en_US" }, components: [{ type: "body", parameters: [{ type: "text", text: "42" }] }] }),
  read: () => sdk.message.createStatus({ phoneNumberID: number, message_id: written, status: "read", typing_indicator: { type: "text" } }).json(),
  tooLong: () => send("text", { body: "a".repeat(4097) }),
  wrongToken: () => client("wrong").phoneNumbers.getPhoneNumber({ phoneNumberID: number }).json(),
  upload: () => sdk.media.upload({ phoneNumberID: number, file: new Blob(["Some notes"]), filename: "notes.txt", mimeType: "text/plain" }).json(),
  info: (seen) => sdk.media.getURL({ mediaID: seen.upload.id, phoneNumberID: number }).json(),
  // It asks with the name of Meta's host.
  file: async (seen) => text(await sdk.media.download({ mediaURL: seen.info.url, request: { headers: { Authorization: "Bearer " + token } } }).arrayBuffer()),
  remove: (seen) => sdk.media.delete({ mediaID: seen.upload.id }).json(),
  number: () => sdk.phoneNumbers.getPhoneNumber({ phoneNumberID: number, fields }).json(),
  numbers: () => sdk.phoneNumbers.listPhoneNumbers({ businessAccountID: account, fields, sort: ["creation_time_descending"] }).json(),
  account: () => sdk.whatsappBusinessAccount.get(account, { fields: ["id", "name", "timezone_id"] }).json(),
  profile: () => sdk.businessProfile.getBusinessProfile({ phoneNumberID: number, fields: ["about", "vertical", "websites"] }).json(),
  subscriptions: () => sdk.subscribedApps.listSubscriptions({ businessAccountID: account }).json(),
  create: () => sdk.template.create(account, { name: "great_detail_" + customer, language: "en_US", category: "UTILITY", components: [{ type: "BODY", text: "Your order is on its way." }] }).json(),
  get: (seen) => sdk.template.get(seen.create.id, { fields: ["name", "status", "components"] }).json(),
  list: () => sdk.template.list(account, { category: ["UTILITY"], language: ["en_US"], limit: 1, fields: ["name", "category", "language"] }).json(),
  removeTemplate: () => sdk.template.delete(account, { name: "great_detail_" + customer }).json(),
});
