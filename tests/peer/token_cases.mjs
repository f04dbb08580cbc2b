// SPDX-License-Identifier: MIT
//
// token_cases - requests with good and bad tokens, what Plenary must answer, and what each
// of Microsoft's three validators was found to say.
//
// A case: name; what makes it {header, activity}; the statuses Plenary may answer, 200 for
// taken; and three letters for the validators in the order of VALIDATORS: "+" takes it, "-"
// refuses it.  Where they differ from each other or from us, `why` says why we decide as we do.

import { createHmac } from "node:crypto";

import { APP_ID, encoded, goodClaims, makeKey } from "./lib/channel.mjs";
import { peer } from "./lib/peers.mjs";

export const SERVICE = "https://smba.trafficmanager.net/emea/";
const ELSEWHERE = "https://elsewhere.example.test/";
const OTHER_APP = "99999999-2222-3333-4444-555566667777";
const MINUTE = 60;

export const keys = {
  good: makeKey("key-good", ["msteams", "webchat"]),
  otherChannel: makeKey("key-other-channel", ["webchat"]),
  unendorsed: makeKey("key-unendorsed"),
};
// Signs as well as the others, and nobody has published it.
const stranger = makeKey("key-good");

const now = Math.floor(Date.now() / 1000);
const claims = (over = {}) => ({ ...goodClaims(SERVICE), ...over });

// A claim or header that is undefined is left out.
function token(over = {}, { key = keys.good, kid = key.kid, algorithm = "RS256", header } = {}) {
  const payload = Object.fromEntries(
    Object.entries(claims(over)).filter(([, value]) => value !== undefined),
  );
  return peer("jsonwebtoken").sign(payload, key.privateKey, {
    algorithm,
    noTimestamp: true,
    ...(kid && { keyid: kid }),
    ...(header && { header }),
  });
}

const bearer = (...words) => ({ header: `Bearer ${token(...words)}` });

function unsigned(algorithm) {
  return `${encoded({ typ: "JWT", alg: algorithm, kid: keys.good.kid })}.${encoded(claims())}.`;
}

// The classic confusion: what is published as an RSA key, used as a secret.
function signedWithPublicKey() {
  const secret = keys.good.publicKey.export({ type: "spki", format: "pem" });
  const text = `${encoded({ typ: "JWT", alg: "HS256", kid: keys.good.kid })}.${encoded(claims())}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

function withPart(index, part) {
  const parts = token().split(".");
  parts[index] = part;
  return parts.join(".");
}

const repeated = token();

export const cases = [
  { name: "all as it should be", ...bearer(), status: [200], others: "+++" },
  { name: "the same token again, another activity", header: `Bearer ${repeated}`, status: [200], others: "+++" },
  { name: "issued two hours ago, still good", ...bearer({ nbf: now - 120 * MINUTE }), status: [200], others: "+++" },

  { name: "no header", header: undefined, status: [401], others: "---" },
  { name: "another scheme", header: "Basic cGVyc29uOnNlY3JldA==", status: [401], others: "---" },
  { name: "the scheme alone", header: "Bearer", status: [401], others: "---" },
  { name: "not a token", header: "Bearer x.y", status: [401], others: "---" },
  { name: "four parts", header: `Bearer ${token()}.x`, status: [401], others: "---" },
  { name: "scheme in lower case", header: `bearer ${token()}`, status: [200, 401], others: "--+",
    why: "RFC 9110 §11.1: schemes are compared without regard to case" },
  { name: "two blanks after the scheme", header: `Bearer  ${token()}`, status: [200, 401], others: "--+",
    why: "harmless either way" },

  { name: "another issuer", ...bearer({ iss: "https://issuer.example.test" }), status: [401], others: "---" },
  { name: "no issuer", ...bearer({ iss: undefined }), status: [401], others: "---" },
  { name: "another audience", ...bearer({ aud: OTHER_APP }), status: [401], others: "---" },
  { name: "no audience", ...bearer({ aud: undefined }), status: [401], others: "---" },
  { name: "a list of audiences with ours", ...bearer({ aud: [OTHER_APP, APP_ID] }), status: [200, 401], others: "-++",
    why: "RFC 7519 §4.1.3 allows a list; the channel sends none" },
  { name: "a list of audiences without ours", ...bearer({ aud: [OTHER_APP] }), status: [401], others: "---" },
  { name: "audience api://<app>", ...bearer({ aud: `api://${APP_ID}` }), status: [401], others: "-+-",
    why: "that is the audience of a tab's token, not of the channel's" },

  { name: "expired 4 minutes ago", ...bearer({ exp: now - 4 * MINUTE }), status: [200], others: "+++" },
  { name: "expired 6 minutes ago", ...bearer({ exp: now - 6 * MINUTE }), status: [401], others: "---" },
  { name: "expired yesterday", ...bearer({ nbf: now - 1500 * MINUTE, exp: now - 1440 * MINUTE }), status: [401], others: "---" },
  { name: "good in 4 minutes", ...bearer({ nbf: now + 4 * MINUTE }), status: [200], others: "+++" },
  { name: "good in 6 minutes", ...bearer({ nbf: now + 6 * MINUTE }), status: [401], others: "---" },
  { name: "no nbf", ...bearer({ nbf: undefined }), status: [200], others: "+++" },
  { name: "no exp", ...bearer({ exp: undefined }), status: [401], others: "+++",
    why: "a token that never ends could be replayed for ever; the channel always sends exp" },

  { name: "serviceurl of somebody else", ...bearer({ serviceurl: ELSEWHERE }), status: [403], others: "--+",
    why: "the claim binds the token to where answers go" },
  { name: "no serviceurl", ...bearer({ serviceurl: undefined }), status: [403], others: "--+",
    why: "the same: nothing binds it" },
  { name: "serviceUrl written so", ...bearer({ serviceurl: undefined, serviceUrl: SERVICE }), status: [200, 403], others: "--+",
    why: "Microsoft's page writes it so, its tokens do not" },
  { name: "serviceurl: host in capitals, no final slash", ...bearer({ serviceurl: "https://SMBA.trafficmanager.net/emea" }),
    status: [200], others: "-++", why: "the same place (RFC 3986 §6.2.2)" },
  { name: "serviceurl: another region", ...bearer({ serviceurl: "https://smba.trafficmanager.net/amer/" }), status: [403], others: "--+",
    why: "another place" },
  { name: "both name somebody else", ...bearer({ serviceurl: ELSEWHERE }), activity: { serviceUrl: ELSEWHERE }, status: [200], others: "+++",
    why: "the token vouches for it: recorded, and nothing is ever sent there" },
  { name: "activity without serviceUrl", ...bearer(), activity: { serviceUrl: undefined }, status: [403], others: "+++",
    why: "then the claim is compared with nothing" },
  { name: "activity without channelId", ...bearer(), activity: { channelId: undefined }, status: [403], others: "-++",
    why: "then the key's endorsement is compared with nothing" },
  { name: "activity of another channel", ...bearer(), activity: { channelId: "webchat" }, status: [403], others: "+++",
    why: "only Teams is spoken here" },
  { name: "activity of another tenant", ...bearer(), status: [403], others: "+++",
    activity: { conversation: { id: "19:meeting_MDAwMQ@thread.v2", tenantId: OTHER_APP } },
    why: "the token does not name the tenant; the configuration does" },

  { name: "key endorsed for another channel", ...bearer({}, { key: keys.otherChannel }), status: [403], others: "-++",
    why: "the metadata says what a key is good for" },
  { name: "key without endorsements", ...bearer({}, { key: keys.unendorsed }), status: [200], others: "+++" },
  { name: "unknown key id", ...bearer({}, { kid: "key-nobody" }), status: [401], others: "---" },
  { name: "no key id", ...bearer({}, { kid: "" }), status: [401], others: "---" },
  { name: "key id of another key", ...bearer({}, { kid: keys.unendorsed.kid }), status: [401], others: "---" },
  { name: "key nobody has published", ...bearer({}, { key: stranger }), status: [401], others: "---" },

  { name: "algorithm none", header: `Bearer ${unsigned("none")}`, status: [401], others: "---" },
  { name: "algorithm NONE", header: `Bearer ${unsigned("NONE")}`, status: [401], others: "---" },
  { name: "RS256 without a signature", header: `Bearer ${unsigned("RS256")}`, status: [401], others: "---" },
  { name: "HS256 with the public key as secret", header: `Bearer ${signedWithPublicKey()}`, status: [401], others: "---" },
  { name: "PS256", ...bearer({}, { algorithm: "PS256" }), status: [401], others: "---" },
  { name: "RS384", ...bearer({}, { algorithm: "RS384" }), status: [401], others: "+--",
    why: "the metadata announces RS256 alone" },
  { name: "RS512", ...bearer({}, { algorithm: "RS512" }), status: [401], others: "+--",
    why: "the same" },
  { name: "claims changed after signing", header: `Bearer ${withPart(1, encoded(claims({ aud: APP_ID, extra: 1 })))}`, status: [401], others: "---" },
  { name: "a signature of another token", header: `Bearer ${withPart(2, token({ extra: 1 }).split(".")[2])}`, status: [401], others: "---" },
];

export const VALIDATORS = ["botframework-connector", "@microsoft/teams.apps", "@microsoft/agents-hosting"];
