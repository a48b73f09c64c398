// What published parsers of webhooks make of the posts that the simulator signed: each post is its bytes in base64 and its signature.
import { print, settings } from "./steps.mjs";
import Client from "@great-detail/whatsapp";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import { WhatsAppAPI } from "whatsapp-api-js";

const { secret, verifyToken, handshake, posts } = await settings();
const api = new WhatsAppAPI({ token: "unused", appSecret: secret, webhookVerifyToken: verifyToken, v: "v23.0" });
const sdk = new Client();

async function whatsappApiJs(text, signature) {
  let heard = null;
  const keep = (kind) => ({ phoneID, from, name, recipient, contact, message, status, id, timestamp, pricing, conversation, error, biz_opaque_callback_data }) => {
    heard = { kind, phoneID, from, name, recipient, contact, message, status, id, timestamp, pricing, conversation, error, biz_opaque_callback_data };
  };
  api.on.message = keep("message");
  api.on.status = keep("status");
  try {
    await api.post(JSON.parse(text), text, signature);
  } catch (error) {
    return { thrown: error.name, message: error.message, status: error.httpStatus };
  }
  return heard;
}

async function greatDetail(text, signature) {
  const event = await sdk.webhook.eventNotification({ method: "POST", query: {}, body: text, headers: { "x-hub-signature-256": signature } });
  return { signed: await event.checkSignature(secret), signedByAnother: await event.checkSignature("another"), object: event.eventNotification.object,
    fields: event.eventNotification.entry.flatMap((entry) => entry.changes.map((change) => change.field)) };
}

const registration = await sdk.webhook.register({ method: "GET", query: handshake, headers: {} });
const parsed = [];
for (const { bytes, signature } of posts) {
  const raw = Buffer.from(bytes, "base64");
  const text = raw.toString("utf8");
  parsed.push({
    whatsappApiJs: await whatsappApiJs(text, signature),
    tampered: await whatsappApiJs(text.replace("whatsapp_business_account", "whatsapp_business_accounts"), signature),
    greatDetail: await greatDetail(text, signature),
    kapso: { signed: verifySignature({ appSecret: secret, rawBody: raw, signatureHeader: signature }),
      signedByAnother: verifySignature({ appSecret: "another", rawBody: raw, signatureHeader: signature }), ...normalizeWebhook(JSON.parse(text)) },
  });
}
print({ challenge: api.get(handshake), registered: registration.verifyToken, accepted: registration.accept(), posts: parsed });
