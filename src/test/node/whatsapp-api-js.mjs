import { run, settings, text } from "./steps.mjs";
import { WhatsAppAPI } from "whatsapp-api-js";
import { Contacts, Name, Phone } from "whatsapp-api-js/messages/contacts";
import { ActionButtons, ActionCTA, ActionList, Body, Button, Footer, Header, Interactive, ListSection, Row } from "whatsapp-api-js/messages/interactive";
import { Location } from "whatsapp-api-js/messages/location";
import { Audio, Document, Image, Sticker, Video } from "whatsapp-api-js/messages/media";
import { Reaction } from "whatsapp-api-js/messages/reaction";
import { BodyComponent, BodyParameter, Template } from "whatsapp-api-js/messages/template";
import { Text } from "whatsapp-api-js/messages/text";

const { base, token, secret, number, customer, template, written } = await settings();

// Its host is fixed, its fetch is not.
const toSimulator = (url, options) => fetch(String(url).replace("https://graph.facebook.com", base), options);
const client = (bearer) => new WhatsAppAPI({ token: bearer, appSecret: secret, v: "v23.0", ponyfill: { fetch: toSimulator } });
const api = client(token);
const to = "+" + customer;
const send = (message, ...more) => api.sendMessage(number, to, message, ...more);
const example = (file) => "https://example.com/" + file;

await run({
  text: () => send(new Text("Hello", true)),
  reply: (seen) => send(new Text("A reply"), seen.text.messages[0].id, "order:42"),
  toUserId: () => api.sendMessage(number, { bsuid: "US.13491208655302741918" }, new Text("Hello")),
  image: () => send(new Image(example("a.jpg"), false, "A picture")),
  video: () => send(new Video(example("a.mp4"))),
  audio: () => send(new Audio(example("a.ogg"), false, true)),
  document: () => send(new Document(example("a.pdf"), false, "An invoice", "a.pdf")),
  sticker: () => send(new Sticker(example("a.webp"))),
  location: () => send(new Location(16.37, 48.2, "Here", "A street")),
  contacts: () => send(new Contacts([new Name("Ben Sample", "Ben"), new Phone("+15551230002", "WORK")])),
  reaction: (seen) => send(new Reaction(seen.text.messages[0].id, "👍")),
  reactionTakenBack: (seen) => send(new Reaction(seen.text.messages[0].id)),
  buttons: () => send(new Interactive(new ActionButtons(new Button("yes", "Yes"), new Button("no", "No")), new Body("Shall we?"),
    new Header("A question"), new Footer("Press one"))),
  buttonsUnderPicture: () => send(new Interactive(new ActionButtons(new Button("yes", "Yes")), new Body("This one?"), new Header(new Image(example("a.jpg"))))),
  list: () => send(new Interactive(new ActionList("Choose", new ListSection("Numbers", new Row("1", "One", "The first"), new Row("2", "Two"))), new Body("Which?"))),
  link: () => send(new Interactive(new ActionCTA("Open", example("")), new Body("Look"))),
  template: () => send(new Template("hello_world", "en_US")),
  templateWithText: () => send(new Template(template, "en_US", new BodyComponent(new BodyParameter("42")))),
  templateWithTooMuch: () => send(new Template(template, "en_US", new BodyComponent(new BodyParameter("42"), new BodyParameter("43")))),
  tooLongAddress: () => api.sendMessage(number, "nobody", new Text("Hello")),
  read: () => api.markAsRead(number, written, "text"),
  wrongToken: () => client("wrong").sendMessage(number, to, new Text("Hello")),
  upload: () => {
    const form = new FormData();
    form.set("file", new Blob(["Some notes"], { type: "text/plain" }), "notes.txt");
    return api.uploadMedia(number, form);
  },
  info: (seen) => api.retrieveMedia(seen.upload.id, number),
  file: async (seen) => text(await (await api.fetchMedia(seen.info.url)).arrayBuffer()),
  sendUploaded: (seen) => send(new Document(seen.upload.id, true)),
  remove: (seen) => api.deleteMedia(seen.upload.id, number),
  removed: (seen) => api.retrieveMedia(seen.upload.id),
  block: () => api.blockUser(number, to),
  unblock: () => api.unblockUser(number, to),
});
