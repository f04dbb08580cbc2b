// SPDX-License-Identifier: MIT
//
// graph_calls - the calls of Graph that may be met, the types of what goes and comes, and what
// is allowed beyond the metadata of v1.0, each with its reason.

// Parameters of actions and the form of JSON batches: documented, and no types of the metadata.
export const MORE = {
  createOrGet: {
    properties: {
      chatInfo: "chatInfo",
      endDateTime: "Edm.DateTimeOffset",
      externalId: "Edm.String !null",
      participants: "meetingParticipants",
      startDateTime: "Edm.DateTimeOffset",
      subject: "Edm.String",
    },
  },
  sendMail: { properties: { message: "message !null", saveToSentItems: "Edm.Boolean" } },
  sendActivityNotification: {
    properties: {
      topic: "teamworkActivityTopic !null",
      activityType: "Edm.String !null",
      chainId: "Edm.Int64",
      previewText: "itemBody !null",
      recipient: "",
      templateParameters: "Collection(keyValuePair)",
      iconId: "Edm.String",
    },
  },
  batchRequest: { properties: { requests: "Collection(batchCall)" } },
  batchCall: {
    properties: { id: "Edm.String !null", method: "Edm.String !null", url: "Edm.String !null", headers: "batchHeaders", body: "batchBody", dependsOn: "Collection(Edm.String)" },
  },
  batchResponse: { properties: { responses: "Collection(batchAnswer)" } },
  batchAnswer: { properties: { id: "Edm.String !null", status: "Edm.Int32 !null", headers: "batchHeaders", body: "batchBody" } },
  errorBody: { properties: { error: "publicError !null" } },
};

export const ALLOWED = {
  callEvent: {
    eventType: "the documents and the wire call callEventType so",
  },
  changeNotification: {
    organizationId: "sent with resources of Teams, in the documents' own examples; not in the schema",
  },
  identity: {
    tenantId: "documented for people in call events and attendance records; the type is open",
    userIdentityType: "documented for people in call events; the type is open",
  },
  publicInnerError: {
    date: "documented in \"Microsoft Graph error responses\"; the type is open",
    "request-id": "the same",
    "client-request-id": "the same",
  },
};

// path: what follows the version, without its query.  takes and gives: types of bodies;
// "list of X" is a page of a collection; undefined: nothing.
const calls = [
  ["POST", /^\/\$batch$/, "batchRequest", "batchResponse"],
  ["POST", /^\/subscriptions$/, "subscription", "subscription"],
  ["GET", /^\/subscriptions$/, undefined, "list of subscription"],
  ["GET", /^\/subscriptions\/[^/]+$/, undefined, "subscription"],
  ["PATCH", /^\/subscriptions\/[^/]+$/, "subscription", "subscription"],
  ["DELETE", /^\/subscriptions\/[^/]+$/, undefined, undefined],
  ["POST", /^\/subscriptions\/[^/]+\/reauthorize$/, undefined, undefined],
  ["POST", /\/onlineMeetings\/createOrGet$/, "createOrGet", "onlineMeeting"],
  ["POST", /\/onlineMeetings$/, "onlineMeeting", "onlineMeeting"],
  ["GET", /\/onlineMeetings$/, undefined, "list of onlineMeeting"],
  ["GET", /\/onlineMeetings\/[^/]+$/, undefined, "onlineMeeting"],
  ["PATCH", /\/onlineMeetings\/[^/]+$/, "onlineMeeting", "onlineMeeting"],
  ["DELETE", /\/onlineMeetings\/[^/]+$/, undefined, undefined],
  ["GET", /\/attendanceReports$/, undefined, "list of meetingAttendanceReport"],
  ["GET", /\/attendanceReports\/[^/]+$/, undefined, "meetingAttendanceReport"],
  ["GET", /\/attendanceRecords$/, undefined, "list of attendanceRecord"],
  ["GET", /\/virtualEvents\/webinars\/[^/]+$/, undefined, "virtualEventWebinar"],
  ["GET", /\/virtualEvents\/webinars\/[^/]+\/registrations$/, undefined, "list of virtualEventRegistration"],
  ["GET", /\/virtualEvents\/webinars\/[^/]+\/registrations\/[^/]+$/, undefined, "virtualEventRegistration"],
  ["GET", /\/virtualEvents\/webinars\/[^/]+\/sessions$/, undefined, "list of virtualEventSession"],
  ["GET", /\/virtualEvents\/webinars\/[^/]+\/sessions\/[^/]+$/, undefined, "virtualEventSession"],
  ["GET", /^\/users$/, undefined, "list of user"],
  ["GET", /^\/users\/[^/]+$/, undefined, "user"],
  ["POST", /^\/users\/[^/]+\/sendMail$/, "sendMail", undefined],
  ["POST", /^\/users\/[^/]+\/messages$/, "message", "message"],
  ["POST", /\/sendActivityNotification$/, "sendActivityNotification", undefined],
  ["GET", /^\/organization$/, undefined, "list of organization"],
];

export function callOf(method, path) {
  const found = calls.find(([its, pattern]) => its === method && pattern.test(path));
  return found && { takes: found[2], gives: found[3] };
}
