// SPDX-License-Identifier: MIT
//
// graph_types - does a JSON value have the names and types that Graph's metadata declares?
//
// What the metadata does not declare is a fault, also on types that are open for more, unless
// it is allowed by name with a reason.

import { readFileSync } from "node:fs";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,12})?(Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const ANNOTATIONS = ["odata.type", "odata.id", "odata.etag", "odata.context", "odata.nextLink", "odata.deltaLink", "odata.count", "odata.bind", "odata.editLink", "odata.navigationLink", "removed", "delta"];

const EDM = {
  "Edm.String": (value) => typeof value === "string",
  "Edm.Boolean": (value) => typeof value === "boolean",
  "Edm.Int32": (value) => Number.isInteger(value) && Math.abs(value) < 2 ** 31,
  "Edm.Int64": (value) => Number.isSafeInteger(value),
  "Edm.Double": (value) => typeof value === "number",
  "Edm.Guid": (value) => GUID.test(value),
  "Edm.DateTimeOffset": (value) => TIME.test(value) && !Number.isNaN(Date.parse(value)),
  "Edm.Binary": (value) => typeof value === "string" && BASE64.test(value),
  "Edm.Stream": (value) => typeof value === "string",
};

export class GraphTypes {
  // more: types that are none of Graph's entities: parameters of actions, $batch and the like
  // allowed: {type: {member: reason}}
  // anyCase: members may also be written in another case, and are checked as if they were not
  constructor(file, more, allowed) {
    this.anyCase = false;
    const { types, enums } = JSON.parse(readFileSync(file));
    this.types = { ...types, ...more };
    this.enums = enums;
    this.allowed = allowed;
    this.used = new Set();
    this.faults = [];
  }

  *ancestry(name) {
    for (let at = name; at; at = this.types[at]?.base) yield at;
  }

  member(members, name) {
    if (!this.anyCase || members[name]) return members[name];
    const same = Object.keys(members).find((each) => each.toLowerCase() === name.toLowerCase());
    return members[same];
  }

  // The declared type of a member, "" when any value may stand there, undefined when none may.
  memberType(name, member) {
    for (const each of this.ancestry(name)) {
      const { properties = {}, navigation = {} } = this.types[each] ?? {};
      const declared = this.member(properties, member) ?? this.member(navigation, member);
      if (declared) return declared;
      if (this.member(this.allowed[each] ?? {}, member)) {
        this.used.add(`${each}.${member}`.toLowerCase());
        return "";
      }
    }
    return this.member({ id: "Edm.String" }, member) && [...this.ancestry(name)].includes("entity") ? "Edm.String" : undefined;
  }

  // "#microsoft.graph.callEvent", in any case, when it is the declared type or made from it.
  named(value, declared) {
    const told = value["@odata.type"]?.replace(/^#microsoft\.graph\./i, "").toLowerCase();
    const name = told && Object.keys(this.types).find((each) => each.toLowerCase() === told);
    return name && (declared === "resourceData" || [...this.ancestry(name)].includes(declared)) ? name : declared;
  }

  fault(where, words) {
    this.faults.push(`${where}: ${words}`);
  }

  check(value, declaration, where) {
    if (declaration === "") return;
    const [, inside] = /^Collection\((.*)\)/.exec(declaration) ?? [];
    const name = declaration.replace(" !null", "");
    if (value === null) {
      if (declaration.endsWith("!null")) this.fault(where, "may not be null");
    } else if (inside) {
      if (!Array.isArray(value)) this.fault(where, `is to be a list of ${inside}`);
      else value.forEach((each, index) => this.check(each, inside, `${where}[${index}]`));
    } else if (EDM[name]) {
      if (!EDM[name](value)) this.fault(where, `${JSON.stringify(value)?.slice(0, 80)} is no ${name}`);
    } else if (this.enums[name]) {
      if (!this.enums[name].includes(value)) this.fault(where, `${JSON.stringify(value)} is not one of ${this.enums[name]}`);
    } else if (this.types[name]) {
      this.checkObject(value, name, where);
    }
  }

  checkObject(value, declared, where) {
    if (typeof value !== "object" || Array.isArray(value)) return this.fault(where, `is to be an object, ${declared}`);
    const name = this.named(value, declared);
    for (const [member, each] of Object.entries(value)) {
      const [plain, annotation] = member.split("@");
      if (annotation !== undefined && !ANNOTATIONS.includes(annotation))
        this.fault(`${where}.${member}`, "is no annotation of OData");
      if (annotation !== undefined && annotation !== "delta") continue;
      const type = this.memberType(name, plain);
      if (type === undefined) this.fault(`${where}.${member}`, `${name} has no such member`);
      else this.check(each, type, `${where}.${member}`);
    }
  }
}
