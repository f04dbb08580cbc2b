// SPDX-License-Identifier: MIT
//
// channel - what stands between Teams and a bot: the keys that are published, the tokens
// signed with them, and the token that the bot gets for the way back.
//
// The shapes are those of Microsoft's page "Authenticate requests with the Bot Connector API".

import { createSign, generateKeyPairSync } from "node:crypto";

import { peer } from "./peers.mjs";
import { sendJson, serve } from "./wire.mjs";

export const APP_ID = "11112222-3333-4444-5555-666677778888";
export const TENANT_ID = "99990000-aaaa-bbbb-cccc-ddddeeeeffff";
export const ISSUER = "https://api.botframework.com";
export const METADATA_PATH = "/v1/.well-known/openidconfiguration";
const KEYS_PATH = "/v1/.well-known/keys";

export function makeKey(kid, endorsements) {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: "jwk" }), use: "sig", kid, x5t: kid };
  if (endorsements) jwk.endorsements = endorsements;
  return { kid, privateKey, publicKey, jwk };
}

export const encoded = (object) => Buffer.from(JSON.stringify(object)).toString("base64url");

// RS256 and nothing else; tokens that are wrong on purpose are made by token_cases.mjs.
export function signed(key, claims) {
  const text = `${encoded({ typ: "JWT", alg: "RS256", kid: key.kid, x5t: key.kid })}.${encoded(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key.privateKey, "base64url")}`;
}

export function goodClaims(serviceUrl) {
  const now = Math.floor(Date.now() / 1000);
  return { serviceurl: serviceUrl, iss: ISSUER, aud: APP_ID, nbf: now - 60, exp: now + 3600 };
}

// Answers metadata, keys and token requests; true when the request was one of these.
export function answerAsChannel(keys, port, request, response) {
  const base = `http://127.0.0.1:${port}`;
  const path = new URL(request.url, base).pathname;
  if (path === METADATA_PATH) {
    sendJson(response, 200, {
      issuer: ISSUER,
      authorization_endpoint: "https://invalid.botframework.com",
      jwks_uri: base + KEYS_PATH,
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
    });
  } else if (path === KEYS_PATH) {
    sendJson(response, 200, { keys: keys.map((key) => key.jwk) });
  } else if (path.endsWith("/oauth2/v2.0/token")) {
    sendJson(response, 200, {
      token_type: "Bearer",
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: "token-of-a-test",
    });
  } else {
    return false;
  }
  return true;
}

export async function startChannel(keys, answerOther = (_, response) => sendJson(response, 404)) {
  const channel = await serve((request, response, body) => {
    if (!answerAsChannel(keys, channel.port, request, response))
      return answerOther(request, response, body);
  });
  return channel;
}

// Microsoft's own validator, told to read our keys.
export function connectorValidator(metadataUrl, appId = APP_ID) {
  const connector = peer("botframework-connector");
  return connector.BotFrameworkAuthenticationFactory.create(
    "",
    true,
    "https://login.microsoftonline.com/botframework.com",
    ISSUER,
    ISSUER,
    ISSUER,
    metadataUrl,
    "http://127.0.0.1:1/no-emulator",
    "urn:botframework:azure",
    new connector.PasswordServiceClientCredentialFactory(appId, "secret-of-a-test"),
    new connector.AuthenticationConfiguration(),
  );
}
